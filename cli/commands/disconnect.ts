import { verb } from "../shared/verb.ts";

export const register = verb<object, [a: string, b: string]>({
  name: "disconnect",
  description: "cut the connection between two nodes, and keep it cut",
  declare: (command) => command.argument("<a>").argument("<b>"),
  run: async (network, [a, b]) => {
    const { disconnect } = await import("../../bootstrap/verbs/partition.ts");
    await network.on((run) => disconnect(run, a, b));
    return { text: `Cut: ${a} and ${b}\n`, values: { cut: [[a, b]] } };
  },
});
