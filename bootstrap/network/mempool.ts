import type { Run } from "../run.ts";
import { WaitTimeoutError, waitFor } from "../../base/wait.ts";

/** Waits until all nodes have the same transactions in their mempools, and their wallets have seen them. */
export async function syncMempools({ nodes, limitMs, signal }: Run): Promise<void> {
  await waitFor(
    async (signal) => {
      const pools = await Promise.all(
        nodes.map(async ({ name, rpc }) => ({
          name,
          txids: await rpc.call("getrawmempool", [], { signal }),
        })),
      );
      return new Set(pools.map(({ txids }) => txids.toSorted().join())).size <= 1
        ? true
        : { pending: pools.map(({ name, txids }) => `${name} has ${txids.length}`).join(", ") };
    },
    {
      what: "all nodes to have the same transactions in their mempools",
      limitMs,
      signal,
      everyMs: 5,
      maxEveryMs: 50,
    },
  );
  // A wallet is told of a transaction a moment after the mempool has it.
  await Promise.all(nodes.map(({ rpc }) => rpc.call("syncwithvalidationinterfacequeue")));
}

/** Milliseconds: to a peer on the same network a transaction takes a tenth of a second. */
const patienceMs = 5_000;

/**
 * The same for a few seconds only: nodes with different rules, such as Bitcoin Core beside Knots, may never
 * have the same.
 */
export async function settleMempools(run: Run): Promise<void> {
  try {
    await syncMempools({ ...run, limitMs: Math.min(patienceMs, run.limitMs) });
  } catch (error) {
    if (!(error instanceof WaitTimeoutError)) throw error;
  }
}
