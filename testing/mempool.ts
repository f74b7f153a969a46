import type { Run } from "../bootstrap/run.ts";
import { waitFor } from "../bootstrap/wait.ts";

/** Waits until all nodes have the same transactions in their mempools. */
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
}
