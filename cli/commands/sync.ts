import { verb } from "../shared/verb.ts";

export const register = verb({
  name: "sync",
  description: "wait until all nodes have the same tip and the same mempool",
  run: async (network) => {
    const { syncNodes } = await import("../../bootstrap/verbs/sync.ts");
    const height = await network.on(syncNodes);
    return { text: `All nodes of ${network.title} are at height ${height}\n`, values: { height } };
  },
});
