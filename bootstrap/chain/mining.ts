/** Mining, and waiting until all nodes have the blocks. */
import type { Node } from "../nodes/node.ts";
import { minerOf, nodeOf, onEach, type Run } from "../nodes/run.ts";
import { refuseInvalidated } from "./invalidated.ts";
import { commonHeight, tellHeaders } from "./tell-headers.ts";
import { waitFor } from "../../base/wait.ts";

/** As in "1 block", "2 blocks". */
export function blocksText(count: number): string {
  return `${count} ${count === 1 ? "block" : "blocks"}`;
}

/** Brings every node to the tip of the longest chain among them. Returns its height. */
export async function syncToHighest(run: Run): Promise<number> {
  return await syncTo(run, await highest(run));
}

/**
 * Brings every node to the height of the highest, and lets them be on chains that are equally long: the
 * next block on one of them decides.
 */
export async function catchUp(run: Run): Promise<number> {
  return await syncTo(run, await highest(run), { forked: true });
}

async function highest({ nodes }: Run): Promise<number> {
  return Math.max(...(await Promise.all(nodes.map(({ rpc }) => rpc.call("getblockcount")))));
}

/** Blocks that one call mines: bitcoind continues a call when its caller is interrupted, and reports nothing before the end. */
const blocksPerCall = 25;
/** Blocks after which all nodes have to be there, so that no wait is for very many. */
const blocksPerSync = 100;

/**
 * Mines to `address`, and ends when all nodes are at the new tip. Returns the hashes of the new blocks.
 * @param mined gets the number of blocks so far
 */
export async function mine(
  run: Run,
  count: number,
  address: string,
  mined: (blocks: number) => void = () => undefined,
): Promise<string[]> {
  const miner = minerOf(run);
  return await mineInCalls(run, count, mined, (there) =>
    mineAtOnce(miner, Math.min(count - there, blocksPerCall), address, run.limitMs),
  );
}

/**
 * The same with a time for each block, at which the miner's clock stands then: it is left at the last.
 * @param timeOf what the clock shows, in seconds since 1970, for the block of that index, from 0 on
 */
export async function mineAt(
  run: Run,
  count: number,
  address: string,
  timeOf: (index: number) => number,
  mined: (blocks: number) => void = () => undefined,
): Promise<string[]> {
  const miner = minerOf(run);
  return await mineInCalls(run, count, mined, async (there) => {
    await miner.rpc.call("setmocktime", [timeOf(there)]);
    return await mineAtOnce(miner, 1, address, run.limitMs);
  });
}

/** @param mineSome mines the next blocks, at least one, and gets the number of blocks so far */
async function mineInCalls(
  run: Run,
  count: number,
  mined: (blocks: number) => void,
  mineSome: (there: number) => Promise<readonly string[]>,
): Promise<string[]> {
  // The blocks are counted, not the nodes.
  const syncing = { ...run, count: () => undefined };
  const { rpc } = minerOf(run);
  const hashes: string[] = [];
  while (hashes.length < count) {
    hashes.push(...(await mineSome(hashes.length)));
    mined(hashes.length);
    if (hashes.length === count || hashes.length % blocksPerSync === 0)
      await syncTo(syncing, await rpc.call("getblockcount"));
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
      `${name}: asked for ${count} blocks, it mined ${hashes.length}; the next run mines the rest`,
    );
  }
  return hashes;
}

interface Tip {
  readonly name: string;
  readonly height: number;
  readonly hash: string;
}

/** Milliseconds after which a node that is behind is given the missing blocks: usually it takes a few. */
const patienceMs = 2_000;

/**
 * Waits until all nodes have the same tip, at `height` or above: others may mine too. Returns its height.
 * @param forked Whether the same height is enough.
 * @throws Error at once for chains that are equally long and stay so, and for a node that rejects the longest one: no
 *   wait helps
 */
async function syncTo(run: Run, height: number, { forked = false } = {}): Promise<number> {
  const { limitMs, signal } = run;
  const waitMs = Math.min(patienceMs, limitMs / 4);
  let evenSince: number | undefined;
  return await waitFor(
    async () => {
      const tips = await tipsAt(run, height, waitMs);
      height = Math.max(...tips.map((tip) => tip.height));
      const even = tips.every((tip) => tip.height === height);
      if (even && (forked || new Set(tips.map(({ hash }) => hash)).size === 1)) return height;
      const now = performance.now();
      evenSince = even ? (evenSince ?? now) : undefined;
      const seen = await compared(run, tips);
      if (evenSince !== undefined && now - evenSince >= waitMs) {
        throw new Error(
          `the nodes are on chains of the same height: ${seen}; the next block decides between them`,
        );
      }
      const ahead = tips.find((tip) => tip.height === height);
      if (!even && ahead !== undefined && limitMs > patienceMs) {
        const from = nodeOf(run, ahead.name);
        const behind = tips.filter((tip) => tip.height < height);
        await Promise.all(
          behind.map(async ({ name }) => {
            const node = nodeOf(run, name);
            await refuseInvalidated(node, from);
            await tellHeaders(from, node);
          }),
        );
      }
      return { pending: seen };
    },
    { what: `all nodes to reach height ${height}`, limitMs, tryLimitMs: Infinity, signal },
  );
}

/** Each node's tip when it has reached the height, or the time is over. One call for each: bitcoind does the waiting. */
async function tipsAt(run: Run, height: number, waitMs: number): Promise<Tip[]> {
  // With the time that bitcoind may wait on top, before the whole wait is over: the error of a call names the node.
  const timeoutMs = run.limitMs - 2 * waitMs;
  return await onEach(run, async ({ name, rpc }) => ({
    name,
    ...(await rpc.call("waitforblockheight", [height, waitMs], { timeoutMs })),
  }));
}

/** Where each node is, and why it may be elsewhere: its chain parts from the longest one, or nobody tells it of that. */
async function compared(run: Run, tips: readonly Tip[]): Promise<string> {
  const [first, ...others] = tips.toSorted((a, b) => b.height - a.height);
  if (first === undefined) return "no nodes";
  const lines = others.map(async (tip) => {
    const at = `${tip.name} at ${tip.height} (${tip.hash})`;
    if (tip.hash === first.hash) return at;
    const node = nodeOf(run, tip.name);
    const common = await commonHeight(nodeOf(run, first.name), node);
    const { connections } = await node.rpc.call("getnetworkinfo");
    return [
      at,
      ...(common < tip.height ? [`on a fork above height ${common}`] : []),
      ...(connections === 0 ? ["without a peer"] : []),
    ].join(", ");
  });
  const seen = await Promise.all(lines);
  return [`${first.name} at ${first.height} (${first.hash})`, ...seen].join("; ");
}
