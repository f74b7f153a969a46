import type { Command } from "commander";

import { countUpTo } from "./counts.ts";

interface BenchCommandOptions {
  readonly runs: number;
  readonly networks: readonly number[];
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("bench")
    .description(
      "measure up, down, the bootstrap, snapshots and the test kit next to the bare cost, and print medians",
    )
    .option("-r, --runs <count>", "how many rounds count", countUpTo(1000), 5)
    .option(
      "--networks <counts>",
      "how many networks of the test kit are asked for at once",
      readCounts,
      [1, 4, 16, 40],
    )
    .option("--json", "print the figures as JSON")
    .action(async ({ runs, networks, json = false }: BenchCommandOptions) => {
      const { runBench } = await import("../bench/run.ts");
      const { table } = await import("../bench/table.ts");
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const { interruptible } = await import("./interruptible.ts");
      const progress = streamProgress(process.stderr);
      const report = await interruptible(async (signal) => {
        const environment = await ensureToolchain({ progress, signal });
        return await runBench({ rounds: runs, atOnce: networks, environment, progress, signal });
      });
      process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : table(report));
    });
}

function readCounts(text: string): number[] {
  return text.split(",").map(countUpTo(1000));
}
