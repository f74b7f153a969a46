/**
 * A block of the present on top of a chain of the past: lnd and others take a node whose newest block is
 * older than two hours for one that is still syncing, and wait.
 */
import { catchUp, syncToHighest } from "../chain/mining.ts";
import { miningAddress } from "../chain/mining-address.ts";
import { stillTime, tipTime } from "../clock/kept-time.ts";
import { isoTime } from "../clock/mocktime.ts";
import { minerOf, type Run } from "../nodes/run.ts";
import type { RpcClient } from "../rpc/client.ts";
import type { BlockHeader } from "../rpc/methods.ts";
import { withinReach } from "./within-reach.ts";

/** Seconds after which a newest block is too old. */
const freshFor = 7_200;

export interface FreshBlock {
  readonly height: number;
  readonly hash: string;
  /** ISO 8601, UTC. */
  readonly time: string;
}

/**
 * Whether a block is to be mined: the declared chain has none on top, or the newest is too old. Not where
 * clocks stand still: there is no present.
 * @param declared height of the declared chain
 */
export async function lacksFreshBlock(run: Run, declared: number): Promise<boolean> {
  return (await stillTime(run)) === undefined && (await isStale(run, declared));
}

async function isStale(run: Run, declared: number): Promise<boolean> {
  const heights = await Promise.all(run.nodes.map(({ rpc }) => rpc.call("getblockcount")));
  const oldest = Date.now() / 1_000 - freshFor;
  return Math.max(...heights) <= declared || (await tipTime(run)) < oldest;
}

/**
 * Mines an empty block where one is lacking, so that it confirms no payment which somebody left in a mempool. Its
 * coinbase goes where the miner's others go, and is immature for the next 100 blocks.
 * @returns the newest block; undefined where clocks stand still
 */
export async function ensureFreshBlock(
  run: Run,
  declared: number,
): Promise<FreshBlock | undefined> {
  if ((await stillTime(run)) !== undefined) return undefined;
  const near = await withinReach(run);
  await catchUp(near);
  const { rpc } = minerOf(near);
  if (await isStale(near, declared)) {
    await rpc.call("generateblock", [await miningAddress(near), []]);
    await syncToHighest(near);
  }
  return freshBlock(await headerAt(rpc, await rpc.call("getblockcount")));
}

/** Why there is none where clocks stand still. */
export const clocksStandStill =
  "freshBlock: the clocks stand still, so no block can be of the present; leave it out, or use a snapshot whose clocks show the present";

/**
 * The blocks directly above the declared chain that were mined for being of the present: all are empty, and each
 * but the first is two hours or more after the one before. Others are people's.
 * @param declared height of the declared chain
 */
export async function freshBlocksAbove(rpc: RpcClient, declared: number): Promise<FreshBlock[]> {
  const fresh: FreshBlock[] = [];
  const highest = await rpc.call("getblockcount");
  let before = -Infinity;
  for (let height = declared + 1; height <= highest; height += 1) {
    const header = await headerAt(rpc, height);
    if (header.nTx !== 1 || header.time < before + freshFor) break;
    fresh.push(freshBlock(header));
    before = header.time;
  }
  return fresh;
}

async function headerAt(rpc: RpcClient, height: number): Promise<BlockHeader> {
  return await rpc.call("getblockheader", [await rpc.call("getblockhash", [height])]);
}

function freshBlock({ height, hash, time }: BlockHeader): FreshBlock {
  return { height, hash, time: isoTime(time) };
}
