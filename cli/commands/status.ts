import type { Command } from "commander";

import { countUpTo } from "../shared/counts.ts";
import { defaultStack } from "../../stack/default-stack.ts";
import type { StatusOptions } from "../status/show.ts";

export function register(program: Command): void {
  program
    .command("status")
    .description("show a stack's nodes, connections, snapshots, drift, and commands to paste")
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option("--json", "print JSON without secrets; docs/status.md describes it")
    .option("-w, --watch [seconds]", "refresh every [seconds] (default 1)", countUpTo(3_600))
    .option("--env", "print variables for an .env file instead")
    .option("--show-secrets", "with --env: include the password")
    .addHelpText(
      "after",
      "\nOnly --env --show-secrets prints the password:\n" +
        "  (umask 077; npm run -s status -- --env --show-secrets > .env)\n" +
        "\nExits with 0 if the stack could be inspected, even if it differs from what is declared.",
    )
    .action(async (options: StatusOptions) => {
      const { withToolchain } = await import("../shared/context.ts");
      const { endWithReader, untilInterrupted } = await import("../shared/ending.ts");
      const { showStatus } = await import("../status/show.ts");
      await untilInterrupted(() =>
        withToolchain(
          ({ environment, signal }) => showStatus(environment, options, endWithReader(signal)),
          { program: false },
        ),
      );
    });
}
