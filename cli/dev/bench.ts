import path from "node:path";

import type { Command } from "commander";

import type { BenchOptions as RoundsOptions } from "../../tests/bench/run.ts";
import type { Report, ScaleReport } from "../../tests/bench/report.ts";
import type { ScaleOptions } from "../../tests/bench/scale.ts";
import { mostNodes } from "../../bootstrap/plan/settings/nodes.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { countUpTo } from "../shared/counts.ts";

interface BenchOptions {
  readonly runs: number;
  readonly networks: readonly number[];
  readonly nodes?: readonly number[];
  readonly json?: boolean;
  readonly charts?: string;
}

export function register(program: Command): void {
  program
    .command("bench")
    .description(
      "measure up, down, bootstrap, snapshots and test kit against the bare cost, and print medians",
    )
    .option("-r, --runs <count>", "number of rounds", countUpTo(1000), 5)
    .option(
      "--networks <counts>",
      "numbers of networks of the test kit to start at once",
      listOf(countUpTo(1000)),
      [1, 4, 16, 40],
    )
    .option(
      "--nodes <counts>",
      "measure stacks with these numbers of nodes instead, such as 2,5,10,25",
      listOf(countUpTo(mostNodes)),
    )
    .option("--json", "print the figures as JSON")
    .option("--charts <folder>", "draw charts as SVG files in this folder, such as docs/charts")
    .action(async ({ runs, networks, nodes, json = false, charts }: BenchOptions) => {
      const { ensureToolchain } = await import("../../toolchain/ensure.ts");
      const { streamProgress } = await import("../../base/progress/stream.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const progress = streamProgress(process.stderr);
      const printed = await interruptible(async (signal) => {
        const environment = await ensureToolchain({ progress, signal });
        const common = { environment, progress, signal };
        const { printed, drawn } =
          nodes === undefined
            ? await benchRounds({ ...common, rounds: runs, atOnce: networks }, json)
            : await benchSizes({ ...common, counts: nodes }, json);
        if (charts !== undefined) await draw(charts, drawn, progress);
        return printed;
      });
      process.stdout.write(printed);
    });
}

interface Outcome {
  readonly printed: string;
  /** File's name → chart. */
  readonly drawn: Readonly<Record<string, string>>;
}

async function benchRounds(options: RoundsOptions, json: boolean): Promise<Outcome> {
  const { reportCharts } = await import("../../tests/bench/charts.ts");
  const { runBench } = await import("../../tests/bench/run.ts");
  const { table } = await import("../../tests/bench/table.ts");
  const report: Report = await runBench(options);
  return { printed: json ? jsonOf(report) : table(report), drawn: reportCharts(report) };
}

async function benchSizes(options: ScaleOptions, json: boolean): Promise<Outcome> {
  const { scaleCharts } = await import("../../tests/bench/charts.ts");
  const { runScale } = await import("../../tests/bench/scale.ts");
  const { scaleTable } = await import("../../tests/bench/scale-table.ts");
  const report: ScaleReport = await runScale(options);
  return { printed: json ? jsonOf(report) : scaleTable(report), drawn: scaleCharts(report) };
}

/** npm runs programs in the project's folder and says which one it was called in. */
async function draw(
  folder: string,
  charts: Readonly<Record<string, string>>,
  progress: Progress,
): Promise<void> {
  const { writeCharts } = await import("../../tests/bench/charts.ts");
  const target = path.resolve(process.env["INIT_CWD"] ?? "", folder);
  for (const file of await writeCharts(target, charts)) progress.note(`Drew ${file}`);
}

function jsonOf(report: object): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function listOf(read: (text: string) => number): (text: string) => number[] {
  return (text) => text.split(",").map(read);
}
