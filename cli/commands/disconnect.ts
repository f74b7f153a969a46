import { verb } from "../shared/verb.ts";

export const register = verb<object, [a: string, b: string]>({
  name: "disconnect",
  description: "cut the connection of two nodes, so that they do not connect again by themselves",
  declare: (command) =>
    command.argument("<a>", "name of a node").argument("<b>", "name of another one"),
  run: async (network, [a, b]) => {
    const { disconnect } = await import("../../bootstrap/verbs/partition.ts");
    await network.on((run) => disconnect(run, a, b));
    return { text: `Cut: ${a} and ${b}\n`, values: { cut: [[a, b]] } };
  },
});
