import type { Command } from "commander";

import { declareNetwork, type Typed } from "../shared/on-network.ts";

type ExecOptions = Typed["options"] & { readonly stdin?: boolean };

export function register(program: Command): void {
  declareNetwork(program.command("exec"))
    .description("run a command in the container of a service or node and exit with its code")
    .usage("[options] <name> <command...>")
    .argument("<name>", "name of the service or node, after the options")
    .argument("<command...>", "the command and its arguments")
    .option("-i, --stdin", "give it standard input")
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run -s exec -- lnd1 lncli getinfo\n" +
        "  npx regtest-network exec --clone temporary-0123456789abcdef lnd1 lncli channelbalance",
    )
    .action(async (name: string, command: string[], options: ExecOptions) => {
      const { runIn } = await import("../shared/run-in.ts");
      const { onContainers } = await import("../shared/on-containers.ts");
      await onContainers(options, async (network) => {
        process.exitCode = await runIn(network, name, command, options.stdin === true);
      });
    });
}
