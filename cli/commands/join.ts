import { verb } from "../shared/verb.ts";

export const register = verb({
  name: "join",
  description: "restore the declared connections, whatever cut them",
  run: async (network) => {
    const { join } = await import("../../bootstrap/verbs/partition.ts");
    const connected = await network.on((run) => {
      run.report("connect the peers");
      return join(run);
    });
    return {
      text: `Connected: ${connected.map((pair) => pair.join(" and ")).join(", ")}\n`,
      values: { connected },
    };
  },
});
