/** The nodes' mempools over a stop: bitcoind writes its own to mempool.dat in the datadir, and reads it at its start. */
import { createHash } from "node:crypto";
import path from "node:path";

import { waitFor } from "../../base/wait.ts";
import { pointing } from "../../base/troubleshooting.ts";
import type { Node } from "../nodes/node.ts";
import { onEach, type Run } from "../nodes/run.ts";
import { datadir } from "../containers/datadir.ts";

/** Name of bitcoind's file in the datadir. */
export const mempoolFile = "mempool.dat";

/** What is noted of a mempool. Not its transactions: a manifest is a label of an image, and there may be thousands. */
export interface MempoolNote {
  /** Transactions in it. */
  readonly count: number;
  /** SHA-256 of their sorted ids. */
  readonly digest: string;
}

/** Node's name → its mempool. Nodes with an empty one are left out. */
export type Mempools = Readonly<Record<string, MempoolNote>>;

export async function readMempools({ nodes }: Pick<Run, "nodes">): Promise<Mempools> {
  const notes = await Promise.all(
    nodes.map(async (node) => [node.name, await readMempool(node)] as const),
  );
  return Object.fromEntries(notes.filter(([, { count }]) => count > 0));
}

async function readMempool({ rpc }: Node): Promise<MempoolNote> {
  const txids = (await rpc.call("getrawmempool")).toSorted();
  return {
    count: txids.length,
    digest: createHash("sha256").update(txids.join("\n")).digest("hex"),
  };
}

/** As in `alice 2, miner 3`. */
export function mempoolsText(mempools: Mempools): string {
  return Object.entries(mempools)
    .map(([name, { count }]) => `${name} ${count}`)
    .join(", ");
}

/**
 * Waits until nodes that were just started have these mempools again. More may be in them: wallets put
 * their own transactions back.
 * @throws Error that names each that has fewer
 */
export async function restoreMempools(run: Run, mempools: Mempools): Promise<void> {
  if (Object.keys(mempools).length === 0) return;
  const lines = await onEach(run, async (node) => {
    const wanted = mempools[node.name];
    return wanted === undefined ? [] : await restored(run, node, wanted);
  });
  const lacking = lines.flat();
  if (lacking.length === 0) return;
  const told = `the network does not match its snapshot: ${lacking.join("; ")}`;
  throw new Error(pointing(told, "snapshot-differs"));
}

/** A line when the node does not take all of them. */
async function restored(
  { limitMs, signal }: Run,
  node: Node,
  wanted: MempoolNote,
): Promise<string[]> {
  const { name, rpc } = node;
  await waitFor(
    async (signal) => {
      const { loaded, size } = await rpc.call("getmempoolinfo", [], { signal });
      return loaded ? true : { pending: `${size} transactions` };
    },
    { what: `${name} to read its mempool`, limitMs, signal },
  );
  if ((await readMempool(node)).digest === wanted.digest) return [];
  // What has waited for longer than two weeks bitcoind leaves out at a start: a snapshot may be older.
  await rpc.call("importmempool", {
    filepath: path.posix.join(datadir, mempoolFile),
    use_current_time: true,
    apply_unbroadcast_set: true,
  });
  const { count } = await readMempool(node);
  return count >= wanted.count
    ? []
    : [`${name} has ${count} transactions in its mempool instead of ${wanted.count}`];
}
