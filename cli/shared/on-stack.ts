/** Commands on the stacks of this repository: `npm run mine -- 3 --stack dev`. */
import { defaultStack } from "../../stack/stack-state.ts";
import type { Place } from "./verb.ts";

export const onStack: Place = {
  declare: (command) => command.option("-s, --stack <name>", "the Pulumi stack", defaultStack),
  run: async (typed, work) => {
    const { withToolchain } = await import("./context.ts");
    const { reporting } = await import("./reporting.ts");
    const { openStack } = await import("../../stack/actions/open-stack.ts");
    const { stack, json = false } = typed.options as { stack: string; json?: boolean };
    await reporting(json, ({ steps, result }) =>
      withToolchain(
        async ({ environment, ...context }) => {
          const network = await openStack(environment, stack, context);
          const { text, values } = await work(network, typed.args);
          result(text, { command: typed.command, ...network.parts.names, ...values });
        },
        { progress: steps },
      ),
    );
  },
};
