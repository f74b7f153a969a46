import { catchUp, syncToHighest } from "../chain/mining.ts";
import type { Run } from "../nodes/run.ts";
import { unlessTimedOut, waitFor } from "../../base/wait.ts";

/** Waits until all nodes have the same tip and the same mempool. Returns the height. */
export async function syncNodes(run: Run): Promise<number> {
  const height = await syncToHighest(run);
  await syncMempools(run);
  return height;
}

/** Waits until all nodes have the same transactions in their mempools, and their wallets have seen them. */
async function syncMempools(run: Run): Promise<void> {
  await waitForMempools(
    run,
    "all nodes to have the same transactions in their mempools",
    (pools) => {
      const different = new Set(pools.map(({ txids }) => txids.toSorted().join())).size > 1;
      return different ? pools.map(({ name, txids }) => `${name} has ${txids.length}`) : [];
    },
  );
}

/** Waits until all nodes have the payments in their mempools, whatever else is in them, and their wallets have seen them. */
export async function awaitPayments(run: Run, txids: readonly string[]): Promise<void> {
  const what = txids.length === 1 ? `the transaction ${txids.join()}` : `${txids.length} payments`;
  await waitForMempools(run, `all nodes to have ${what}`, (pools) =>
    pools.flatMap((pool) => {
      const there = new Set(pool.txids);
      const missing = txids.filter((txid) => !there.has(txid));
      return missing.length === 0 ? [] : [`${pool.name} lacks ${missing.length}`];
    }),
  );
}

/** Milliseconds: to a peer on the same network a transaction takes a tenth of a second. */
const patienceMs = 5_000;

/**
 * Brings the nodes to what they know together before one mines: to the height of the highest, and to the same mempools.
 * The latter for a few seconds only: nodes with different rules, such as Bitcoin Core beside Knots, may never have the
 * same, nor does anybody get soon what a node sent while it was cut off.
 */
export async function settle(run: Run): Promise<void> {
  await catchUp(run);
  await unlessTimedOut(syncMempools({ ...run, limitMs: Math.min(patienceMs, run.limitMs) }));
}

interface Mempool {
  /** Of the node. */
  readonly name: string;
  readonly txids: readonly string[];
}

/** @param missing says what is not so yet, nothing once it is */
async function waitForMempools(
  { nodes, limitMs, signal }: Run,
  what: string,
  missing: (pools: readonly Mempool[]) => readonly string[],
): Promise<void> {
  await waitFor(
    async (signal) => {
      const pools = await Promise.all(
        nodes.map(async ({ name, rpc }) => ({
          name,
          txids: await rpc.call("getrawmempool", [], { signal }),
        })),
      );
      const pending = missing(pools);
      return pending.length === 0 ? true : { pending: pending.join(", ") };
    },
    { what, limitMs, signal, everyMs: 5, maxEveryMs: 50 },
  );
  // A wallet is told of a transaction a moment after the mempool has it.
  await Promise.all(nodes.map(({ rpc }) => rpc.call("syncwithvalidationinterfacequeue")));
}
