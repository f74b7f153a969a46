import type { Command } from "commander";

import { defaultStack } from "./stack.ts";

interface UpOptions {
  readonly stack: string;
  readonly from?: string;
  readonly discardBlocks?: boolean;
}

export function register(program: Command): void {
  program
    .command("up")
    .description("set up what is missing, bring the network up, and print where it is")
    .option("-s, --stack <name>", "the Pulumi stack, made if it is missing", defaultStack)
    .option(
      "--from <snapshot>",
      "start a new stack from this snapshot instead of the genesis block",
    )
    .option(
      "--discard-blocks",
      "go on although blocks that were mined since the bootstrap are lost with the containers that are replaced",
    )
    .action(async ({ stack, from, discardBlocks = false }: UpOptions) => {
      const { recoveredVariable } = await import("../bootstrap/leftover-refusals.ts");
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const { interruptible } = await import("./interruptible.ts");
      const { runPulumi } = await import("./pulumi.ts");
      const { recover } = await import("./recover.ts");
      const { pulumiQuietly, stackOutputs } = await import("./stack.ts");
      const { startFrom } = await import("./start-from.ts");
      const { summary } = await import("./summary.ts");

      const progress = streamProgress(process.stderr);
      const environment = await interruptible((signal) => ensureToolchain({ progress, signal }));
      // The plugin refuses without it.
      if (discardBlocks) environment.env["REGTEST_DISCARD_BLOCKS"] = "1";
      if (from !== undefined) await startFrom(environment, stack, from);
      await pulumiQuietly(environment, ["stack", "select", "--create", stack]);
      await recover(environment, stack, (line) => {
        progress.note(line);
      });
      environment.env[recoveredVariable] = "1";
      // Pulumi itself believes its state; a look at the engine shows what somebody removed or stopped.
      const options = ["--yes", "--skip-preview", "--refresh", "--suppress-outputs"];
      process.exitCode = await runPulumi(environment, ["up", ...options, "--stack", stack]);
      if (process.exitCode === 0) {
        process.stdout.write(`\n${summary(stack, await stackOutputs(environment, stack))}`);
      }
    });
}
