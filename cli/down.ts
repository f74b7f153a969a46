import type { Command } from "commander";

import { defaultStack } from "./stack.ts";

export function register(program: Command): void {
  program
    .command("down")
    .description("destroy everything that the stack made: containers, network, images, snapshots")
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .action(async ({ stack }: { stack: string }) => {
      const { connectEngine } = await import("../engine/client.ts");
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const { interruptible } = await import("./interruptible.ts");
      const { removeBuildCache } = await import("../engine/build-cache.ts");
      const { runPulumi } = await import("./pulumi.ts");
      const { recover } = await import("./recover.ts");
      const { stackExists } = await import("./stack.ts");

      const progress = streamProgress(process.stderr);
      const environment = await interruptible((signal) => ensureToolchain({ progress, signal }));
      if (!(await stackExists(environment, stack))) {
        process.stdout.write(`There is no stack ${stack}: nothing to destroy.\n`);
        return;
      }
      await recover(environment, stack, (line) => {
        progress.note(line);
      });
      // The stack itself stays, and with it the config that somebody set for it.
      const options = ["--yes", "--skip-preview"];
      process.exitCode = await runPulumi(environment, ["destroy", ...options, "--stack", stack]);
      if (process.exitCode === 0) await removeBuildCache(await connectEngine());
    });
}
