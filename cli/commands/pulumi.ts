import type { Command } from "commander";

import { interruptible } from "../../base/interruptible.ts";
import { runPulumi } from "../../stack/update/run-pulumi.ts";

/** Subcommands of the Pulumi CLI that run the program or its plugins; all others get by without a Docker engine. */
const withProgram = new Set([
  "up",
  "update",
  "preview",
  "pre",
  "refresh",
  "destroy",
  "down",
  "import",
  "watch",
]);

export function register(program: Command): void {
  program
    .command("pulumi")
    .description("run the project's Pulumi CLI with its own backend, home and Node.js")
    .argument("[arguments...]", "passed to the Pulumi CLI unchanged")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const { ensureToolchain } = await import("../../toolchain/ensure.ts");
      const { streamProgress } = await import("../../base/progress/stream.ts");
      const environment = await interruptible((signal) =>
        ensureToolchain({
          progress: streamProgress(process.stderr),
          signal,
          program: args.some((argument) => withProgram.has(argument)),
        }),
      );
      process.exitCode = await runPulumi(environment, args);
    });
}
