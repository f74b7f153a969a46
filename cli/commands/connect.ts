import { verb } from "../shared/verb.ts";

export const register = verb<object, [a: string, b: string]>({
  name: "connect",
  description: "connect two nodes, declared or not",
  declare: (command) => command.argument("<a>").argument("<b>"),
  run: async (network, [a, b]) => {
    const { connect } = await import("../../bootstrap/verbs/partition.ts");
    await network.on((run) => connect(run, a, b));
    return { text: `Connected: ${a} and ${b}\n`, values: { connected: [[a, b]] } };
  },
});
