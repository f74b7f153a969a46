/** Mining, and all nodes agreeing on what was mined. */
import type { Node } from "./node.ts";
import { onEach, type Run } from "./run.ts";
import { tellHeaders } from "./tell-headers.ts";
import { WaitTimeoutError } from "../base/wait.ts";

/** The one that mines. */
export function minerOf({ nodes }: Run): Node {
  const miner = nodes.find(({ role }) => role === "miner");
  if (miner === undefined) throw new Error("no node of the network has the role miner");
  return miner;
}

/** The one of that name. */
export function nodeOf({ nodes }: Run, name: string): Node {
  const node = nodes.find((node) => node.name === name);
  if (node === undefined) throw new Error(`the network has no node ${name}`);
  return node;
}

/** As in "1 block", "2 blocks". */
export function blocksText(count: number): string {
  return `${count} ${count === 1 ? "block" : "blocks"}`;
}

/** Brings every node to the tip of the longest chain among them. Returns its height. */
export async function syncToHighest(run: Run): Promise<number> {
  const heights = await Promise.all(run.nodes.map(({ rpc }) => rpc.call("getblockcount")));
  const height = Math.max(...heights);
  await syncTo(run, height);
  return height;
}

/** Blocks that one call mines: bitcoind goes on with a call when its caller is interrupted, and tells nothing until its end. */
const blocksPerCall = 25;
/** Blocks after which all nodes have to be there, so that no wait is for very many. */
const blocksPerSync = 100;

/**
 * Mines to `address`, and ends when all nodes are at the new tip. Returns the hashes of the new blocks.
 * @param mined is told how many there are so far
 */
export async function mine(
  run: Run,
  count: number,
  address: string,
  mined: (blocks: number) => void = () => undefined,
): Promise<string[]> {
  // The blocks are counted, not the nodes.
  const syncing = { ...run, count: () => undefined };
  const miner = minerOf(run);
  const hashes: string[] = [];
  while (hashes.length < count) {
    const few = Math.min(count - hashes.length, blocksPerCall);
    hashes.push(...(await mineAtOnce(miner, few, address, run.limitMs)));
    mined(hashes.length);
    if (hashes.length === count || hashes.length % blocksPerSync === 0)
      await syncTo(syncing, await miner.rpc.call("getblockcount"));
  }
  return hashes;
}

async function mineAtOnce(
  { name, rpc }: Node,
  count: number,
  address: string,
  timeoutMs: number,
): Promise<readonly string[]> {
  const hashes = await rpc.call("generatetoaddress", [count, address], { timeoutMs });
  // The search's budget is one for all blocks of a call; when it is used up there are fewer, and no error.
  if (hashes.length !== count) {
    throw new Error(
      `${name}: asked for ${count} blocks, it mined ${hashes.length}; the next run mines those that are missing`,
    );
  }
  return hashes;
}

interface Tip {
  readonly name: string;
  readonly height: number;
  readonly hash: string;
}

/** Milliseconds after which a node that is behind is told what there is: usually it takes a few. */
const patienceMs = 2_000;

/** Waits until all nodes have the same block at `height`. */
async function syncTo(run: Run, height: number): Promise<void> {
  const { limitMs } = run;
  let tips = await tipsAt(run, height, Math.min(patienceMs, limitMs));
  const ahead = tips.find((tip) => tip.height >= height);
  const behind = tips.filter((tip) => tip.height < height);
  if (ahead !== undefined && behind.length > 0 && limitMs > patienceMs) {
    const from = nodeOf(run, ahead.name);
    await Promise.all(behind.map(({ name }) => tellHeaders(from, nodeOf(run, name))));
    tips = await tipsAt(run, height, limitMs - patienceMs);
  }
  const hashes = new Set(tips.map(({ hash }) => hash));
  if (hashes.size > 1 || tips.some((tip) => tip.height < height)) {
    const seen = tips.map((tip) => `${tip.name} at ${tip.height} (${tip.hash})`).join(", ");
    const what = `all nodes to reach height ${height}`;
    throw new WaitTimeoutError({ what, limitMs }, seen, { cutShort: false, cause: undefined });
  }
}

/** Each node's tip when it has reached the height, or the time is over. One call for each: bitcoind does the waiting. */
async function tipsAt(run: Run, height: number, waitMs: number): Promise<Tip[]> {
  return await onEach(run, async ({ name, rpc }) => ({
    name,
    ...(await rpc.call("waitforblockheight", [height, waitMs])),
  }));
}
