import { catchUp, mine } from "../chain/mining.ts";
import { minerOf, type Run } from "../nodes/run.ts";
import { settleMempools } from "./sync-mempools.ts";
import { withinReach } from "./within-reach.ts";
import { mineSpaced } from "./time.ts";

export interface Mined {
  /** Hashes of the blocks, lowest first. */
  readonly hashes: readonly string[];
  /** Of the nodes that have the blocks, all. */
  readonly height: number;
  /** Names of the nodes that do not have them, since they are cut off from the miner. */
  readonly cutOff: readonly string[];
}

export interface Pace {
  /** Seconds by which each block is later than the one before, see {@link mineSpaced}. Default: the clocks decide. */
  readonly spacing?: number | undefined;
}

/**
 * Mines on what the nodes know together: on the highest tip, or one of them, and with the payments that any of them has
 * sent. Ends when all nodes that the miner reaches have the blocks.
 * @param counted is told how many there are so far
 */
export async function mineForAll(
  run: Run,
  count: number,
  address: string,
  { spacing }: Pace = {},
  counted?: (blocks: number) => void,
): Promise<Mined> {
  const near = await withinReach(run);
  await catchUp(near);
  await settleMempools(near);
  // The clocks of all: those that are cut off now are to take the blocks later.
  const hashes =
    spacing === undefined
      ? await mine(near, count, address, counted)
      : await mineSpaced(run, count, address, spacing, counted);
  const has = new Set(near.nodes);
  return {
    hashes,
    // Mining has ended with all of them there.
    height: await minerOf(near).rpc.call("getblockcount"),
    cutOff: run.nodes.filter((node) => !has.has(node)).map(({ name }) => name),
  };
}
