import { verb } from "../shared/verb.ts";

export const register = verb<object, [groups: string[]]>({
  name: "partition",
  description: "cut all connections between groups of nodes, until join, reset or up restores them",
  declare: (command) =>
    command.argument(
      "<groups...>",
      "such as alice miner,bob; the nodes that you do not name form another group",
    ),
  run: async (network, [groups]) => {
    const { partition } = await import("../../bootstrap/verbs/partition.ts");
    const cut = await network.on((run) => {
      run.report("part the nodes");
      return partition(
        run,
        groups.map((group) => group.split(",")),
      );
    });
    return {
      text: `Cut: ${cut.map((pair) => pair.join(" and ")).join(", ")}\n`,
      values: { cut },
    };
  },
});
