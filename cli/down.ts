import type { Command } from "commander";

import { defaultStack } from "./stack.ts";

export function register(program: Command): void {
  program
    .command("down")
    .description("destroy everything that the stack made: containers, network, images, snapshots")
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .action(async ({ stack }: { stack: string }) => {
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const { interruptible } = await import("./interruptible.ts");
      const { runPulumi } = await import("./pulumi.ts");
      const { stackExists } = await import("./stack.ts");
      const environment = await interruptible((signal) =>
        ensureToolchain({ progress: streamProgress(process.stderr), signal }),
      );
      if (!(await stackExists(environment, stack))) {
        process.stdout.write(`There is no stack ${stack}: nothing to destroy.\n`);
        return;
      }
      // The stack itself stays, and with it the config that somebody set for it.
      process.exitCode = await runPulumi(environment, [
        "destroy",
        "--yes",
        "--skip-preview",
        "--stack",
        stack,
      ]);
    });
}
