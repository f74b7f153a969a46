import type { Command } from "commander";

import type { BenchOptions as RoundsOptions } from "../bench/run.ts";
import type { ScaleOptions } from "../bench/scale.ts";
import { mostNodes } from "../stack/nodes.ts";
import { countUpTo } from "./counts.ts";

interface BenchOptions {
  readonly runs: number;
  readonly networks: readonly number[];
  readonly nodes?: readonly number[];
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
      listOf(countUpTo(1000)),
      [1, 4, 16, 40],
    )
    .option(
      "--nodes <counts>",
      "measure stacks of so many nodes instead, such as 2,5,10,25",
      listOf(countUpTo(mostNodes)),
    )
    .option("--json", "print the figures as JSON")
    .action(async ({ runs, networks, nodes, json = false }: BenchOptions) => {
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const { interruptible } = await import("./interruptible.ts");
      const progress = streamProgress(process.stderr);
      const printed = await interruptible(async (signal) => {
        const environment = await ensureToolchain({ progress, signal });
        const common = { environment, progress, signal };
        return nodes === undefined
          ? await benchRounds({ ...common, rounds: runs, atOnce: networks }, json)
          : await benchSizes({ ...common, counts: nodes }, json);
      });
      process.stdout.write(printed);
    });
}

async function benchRounds(options: RoundsOptions, json: boolean): Promise<string> {
  const { runBench } = await import("../bench/run.ts");
  const { table } = await import("../bench/table.ts");
  const report = await runBench(options);
  return json ? jsonOf(report) : table(report);
}

async function benchSizes(options: ScaleOptions, json: boolean): Promise<string> {
  const { runScale } = await import("../bench/scale.ts");
  const { scaleTable } = await import("../bench/scale-table.ts");
  const report = await runScale(options);
  return json ? jsonOf(report) : scaleTable(report);
}

function jsonOf(report: object): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function listOf(read: (text: string) => number): (text: string) => number[] {
  return (text) => text.split(",").map(read);
}
