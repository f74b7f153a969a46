/** Commands on clones: `npx regtest-network mine ID 3`. */
import type { NodesContext } from "../../bootstrap/nodes/on-nodes.ts";
import type { Place } from "./verb.ts";

/** With `--json` there is one line, the result or the error. */
export const onClone: Place = {
  declare: (command) => command.argument("<id>", "of the clone, as clone and list print it"),
  run: async ({ command, args: [id, ...args], options: { json = false } }, work) => {
    const { interruptible } = await import("../../base/interruptible.ts");
    const { inSequence } = await import("../../base/progress/steps.ts");
    const { reporting } = await import("./reporting.ts");
    const { openClone } = await import("../../testing/open-clone.ts");
    await reporting(
      json,
      ({ steps, result }) =>
        interruptible((signal) =>
          inSequence(steps, async (status) => {
            const context: NodesContext = { signal, status };
            const network = await openClone(String(id), context);
            const { text, values } = await work(network, args);
            result(text, { command, ...network.parts.names, ...values });
          }),
        ),
      { onlyResult: true },
    );
  },
};
