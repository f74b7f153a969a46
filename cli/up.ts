import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("up")
    .description("set up what is missing and bring the network up on stack dev")
    .action(async () => {
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const { interruptible } = await import("./interruptible.ts");
      const { runPulumi } = await import("./pulumi.ts");
      const environment = await interruptible((signal) =>
        ensureToolchain({ progress: streamProgress(process.stderr), signal }),
      );
      process.exitCode =
        (await runPulumi(environment, ["stack", "select", "--create", "dev"])) ||
        (await runPulumi(environment, ["up", "--yes", "--skip-preview", "--stack", "dev"]));
    });
}
