import type { Command } from "commander";

import type { NodeAction } from "../../bootstrap/verbs/node-state.ts";
import { verb } from "./verb.ts";

/** A verb that is about single nodes by their names. */
export function nodeVerb(
  action: NodeAction,
  done: string,
  description: string,
): (program: Command) => void {
  return verb<object, [nodes: string[]]>({
    name: action,
    description,
    declare: (command) => command.argument("<nodes...>"),
    run: async (network, [nodes]) => {
      await network.change(action, nodes);
      return { text: `${done} ${nodes.join(", ")} of ${network.title}\n`, values: { nodes } };
    },
  });
}
