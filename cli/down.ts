import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("down")
    .description("destroy everything that stack dev made")
    .action(async () => {
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const { interruptible } = await import("./interruptible.ts");
      const { runPulumi } = await import("./pulumi.ts");
      const environment = await interruptible((signal) =>
        ensureToolchain({ progress: streamProgress(process.stderr), signal }),
      );
      process.exitCode =
        (await runPulumi(environment, ["destroy", "--yes", "--skip-preview", "--stack", "dev"])) ||
        (await runPulumi(environment, ["stack", "rm", "--yes", "--stack", "dev"]));
    });
}
