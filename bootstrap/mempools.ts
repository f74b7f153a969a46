/** The nodes' mempools over a stop: bitcoind writes its own to mempool.dat in the datadir, and reads it at its start. */
import path from "node:path";

import { waitFor } from "../base/wait.ts";
import { pointing } from "../base/troubleshooting.ts";
import type { Node } from "./node.ts";
import { onEach, type Run } from "./run.ts";
import { datadir } from "./snapshots/datadir.ts";

/** Name of bitcoind's file in the datadir. */
export const mempoolFile = "mempool.dat";

/** Node's name → the ids of the transactions in its mempool, in order. Nodes without one are left out. */
export type Mempools = Readonly<Record<string, readonly string[]>>;

export async function readMempools({ nodes }: Pick<Run, "nodes">): Promise<Mempools> {
  const pools = await Promise.all(
    nodes.map(async ({ name, rpc }) => [name, await rpc.call("getrawmempool")] as const),
  );
  return Object.fromEntries(
    pools.filter(([, txids]) => txids.length > 0).map(([name, txids]) => [name, txids.toSorted()]),
  );
}

/** As in `alice 2, miner 3`. */
export function mempoolsText(mempools: Mempools): string {
  return Object.entries(mempools)
    .map(([name, txids]) => `${name} ${txids.length}`)
    .join(", ");
}

/**
 * Waits until nodes that were just started have all of these transactions in their mempools. Others may
 * be there as well: wallets put their own back.
 * @throws Error that names what is missing
 */
export async function restoreMempools(run: Run, mempools: Mempools): Promise<void> {
  if (Object.keys(mempools).length === 0) return;
  const lacking = await onEach(run, async (node) => {
    const txids = mempools[node.name] ?? [];
    return txids.length === 0 ? [] : await restored(run, node, txids);
  });
  const missing = lacking.flat();
  if (missing.length === 0) return;
  const told = `the network is not as its snapshot says: ${missing.join("; ")}`;
  throw new Error(pointing(told, "snapshot-differs"));
}

/** A line for each transaction that the node does not take. */
async function restored(
  { limitMs, signal }: Run,
  { name, rpc }: Node,
  txids: readonly string[],
): Promise<string[]> {
  await waitFor(
    async (signal) => {
      const { loaded, size } = await rpc.call("getmempoolinfo", [], { signal });
      return loaded ? true : { pending: `${size} transactions` };
    },
    { what: `${name} to read its mempool`, limitMs, signal },
  );
  const missing = async (): Promise<string[]> => {
    const there = new Set(await rpc.call("getrawmempool"));
    return txids.filter((txid) => !there.has(txid));
  };
  if ((await missing()).length > 0) {
    // What has waited for longer than two weeks bitcoind leaves out at a start: a snapshot may be older.
    await rpc.call("importmempool", {
      filepath: path.posix.join(datadir, mempoolFile),
      use_current_time: true,
      apply_unbroadcast_set: true,
    });
  }
  return (await missing()).map((txid) => `${name} has no ${txid} in its mempool`);
}
