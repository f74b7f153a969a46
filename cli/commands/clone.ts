import type { Command } from "commander";

import type { CloneOptions } from "../../testing/clone.ts";
import { countUpTo } from "../shared/counts.ts";

type Options = Pick<CloneOptions, "snapshot" | "scenario" | "ensure" | "freshBlock"> & {
  readonly minutes: number;
  readonly json?: boolean;
};

/** Up to a week. */
const minutes = countUpTo(7 * 24 * 60);

/** For tests in other languages: `clone` starts a network and ends, `release` gives it back. */
export function register(program: Command): void {
  program
    .command("clone")
    .description("start a separate network from a snapshot, and print its endpoints")
    .option("--snapshot <name>", "the snapshot (default: that of the default chain)")
    .option("--scenario <file>", "start from the default chain extended by this scenario")
    .option("--ensure", "create the snapshot if it is missing (default without --snapshot)")
    .option("--no-ensure", "fail if the snapshot is missing")
    .option("--fresh-block", "mine a block at the present time on top, also after each reset")
    .option("--minutes <number>", "lifetime", minutes, 60)
    .option("--json", "print JSON")
    .action(async ({ minutes, json = false, ...options }: Options) => {
      const { startClone } = await import("../../testing/clone.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const { described, told } = await import("../text/clone-text.ts");
      const network = await interruptible((signal) =>
        startClone({ ...options, signal }, minutes * 60),
      );
      await network.close();
      process.stdout.write(
        json ? `${JSON.stringify(described(network), null, 2)}\n` : told(network),
      );
    });
}
