import type { Command } from "commander";

import { defaultStack } from "./stack.ts";

export function register(program: Command): void {
  program
    .command("up")
    .description("set up what is missing, bring the network up, and print where it is")
    .option("-s, --stack <name>", "the Pulumi stack, made if it is missing", defaultStack)
    .action(async ({ stack }: { stack: string }) => {
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const { interruptible } = await import("./interruptible.ts");
      const { runPulumi } = await import("./pulumi.ts");
      const { stackOutputs } = await import("./stack.ts");
      const { summary } = await import("./summary.ts");
      const environment = await interruptible((signal) =>
        ensureToolchain({ progress: streamProgress(process.stderr), signal }),
      );
      process.exitCode =
        (await runPulumi(environment, ["stack", "select", "--create", stack])) ||
        (await runPulumi(environment, [
          "up",
          "--yes",
          "--skip-preview",
          "--suppress-outputs",
          "--stack",
          stack,
        ]));
      if (process.exitCode === 0) {
        process.stdout.write(`\n${summary(stack, await stackOutputs(environment, stack))}`);
      }
    });
}
