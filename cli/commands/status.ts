import type { Command } from "commander";

import { countUpTo } from "../shared/counts.ts";
import { defaultStack } from "../../stack/stack-state.ts";
import type { StatusOptions } from "./status-show.ts";

export function register(program: Command): void {
  program
    .command("status")
    .description(
      "a stack's nodes, who is connected to whom, its snapshots, what is not as declared, and lines to paste",
    )
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option("--json", "for programs, without secrets; docs/status.md describes it")
    .option("-w, --watch [seconds]", "look again every second, or so often", countUpTo(3_600))
    .option("--env", "lines for an .env file instead: where the nodes are, user and password")
    .option("--show-secrets", "with --env: the password in clear")
    .addHelpText(
      "after",
      "\nNo password is shown unless asked for by --env --show-secrets:\n" +
        "  (umask 077; npm run -s status -- --env --show-secrets > .env)\n" +
        "\nEnds with 0 when it could look, also when something is not as declared.",
    )
    .action(async (options: StatusOptions) => {
      const { withToolchain } = await import("../shared/context.ts");
      const { endWithReader, untilInterrupted } = await import("../shared/ending.ts");
      const { showStatus } = await import("./status-show.ts");
      endWithReader();
      await untilInterrupted(() =>
        withToolchain(({ environment, signal }) => showStatus(environment, options, signal), {
          program: false,
        }),
      );
    });
}
