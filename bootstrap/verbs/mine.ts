import { miningAddress } from "../chain/mining-address.ts";
import { blocksText, mine } from "../chain/mining.ts";
import { addressOf } from "../nodes/labelled-address.ts";
import { minedBy, minerOf, type Run } from "../nodes/run.ts";
import { writeStatus } from "../../base/progress/amount.ts";
import { settle } from "./sync.ts";
import { withinReach } from "./within-reach.ts";
import { mineSpaced, requireSeconds, type Span } from "./time.ts";

export interface Mined {
  /** Where the coinbases went to. */
  readonly address: string;
  /** Hashes of the blocks, lowest first. */
  readonly hashes: readonly string[];
  /** Of the nodes that have the blocks, all. */
  readonly height: number;
  /** Names of the nodes that do not have them, since they are cut off from the one that mined, or do not run. */
  readonly cutOff: readonly string[];
}

export interface MineOptions {
  /** Whom the coinbases go to: an address, or the label of one in a node's wallet. Default: the one that mines. */
  readonly to?: string | undefined;
  /** Name of the node whose label `to` is. Default: whichever has it. */
  readonly node?: string | undefined;
  /** Name of the node that mines. Default: the one with the role miner. */
  readonly by?: string | undefined;
  /**
   * Time between two blocks, as a duration such as `10m`: the clocks are moved on by it
   * before each, and stand still at the last one's time. Default: the clocks are left alone.
   */
  readonly spacing?: Span | undefined;
}

/**
 * Mines on what the nodes know together: on the highest tip, or one of them, and with the payments that any of them has
 * sent. Ends when all nodes that the one which mines reaches have the blocks.
 */
export async function mineForAll(
  whole: Run,
  count: number,
  { to, node, by, spacing }: MineOptions = {},
): Promise<Mined> {
  const seconds = spacing === undefined ? undefined : requireSeconds(spacing);
  const run = minedBy(whole, by);
  run.report("bring the nodes to one height");
  const address = to === undefined ? await miningAddress(run) : await addressOf(run, to, node);
  const near = await withinReach(run);
  await settle(near);
  const amount = { done: 0, of: count, unit: "blocks" } as const;
  run.report(writeStatus({ title: `mine ${blocksText(count)}`, amount }));
  const counted = (done: number): void => {
    run.count({ ...amount, done });
  };
  // The clocks of all: those that are cut off now are to take the blocks later.
  const hashes =
    seconds === undefined
      ? await mine(near, count, address, counted)
      : await mineSpaced(run, near, count, address, seconds, counted);
  const has = new Set(near.nodes);
  return {
    address,
    hashes,
    // Mining has ended with all of them there.
    height: await minerOf(near).rpc.call("getblockcount"),
    cutOff: [...run.nodes.filter((node) => !has.has(node)), ...(run.absent ?? [])].map(
      ({ name }) => name,
    ),
  };
}
