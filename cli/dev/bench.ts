import type { Command } from "commander";

import type { BenchOptions as RoundsOptions } from "../../tests/bench/run.ts";
import type { ExplorerBenchOptions as ExplorerOptions } from "../../tests/bench/explorer.ts";
import type { ScaleOptions } from "../../tests/bench/scale.ts";
import type { ThroughputOptions } from "../../tests/bench/throughput.ts";
import { mostNodes } from "../../bootstrap/plan/settings/most-nodes.ts";
import { countUpTo } from "../shared/counts.ts";

interface BenchOptions {
  readonly runs: number;
  readonly networks: readonly number[];
  readonly nodes?: readonly number[];
  readonly explorer?: boolean;
  readonly throughput?: boolean;
  readonly seconds: number;
  readonly json?: boolean;
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
      "numbers of networks of the test kit to start at once, or of tests that take them",
      listOf(countUpTo(1000)),
      [1, 4, 16, 40],
    )
    .option(
      "--nodes <counts>",
      "measure stacks with these numbers of nodes instead, such as 2,5,10,25",
      listOf(countUpTo(mostNodes)),
    )
    .option("--explorer", "measure the explorer instead, on 10,000 blocks and 100,000 transactions")
    .option(
      "--throughput",
      "measure instead how many networks a second as many tests as --networks says get",
    )
    .option("--seconds <count>", "seconds of each measurement of --throughput", countUpTo(3600), 10)
    .option("--json", "print the figures as JSON")
    .action(async (options: BenchOptions) => {
      const { runs, networks, nodes, explorer, throughput, seconds, json = false } = options;
      const { ensureToolchain } = await import("../../toolchain/ensure.ts");
      const { streamProgress } = await import("../../base/progress/stream.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const progress = streamProgress(process.stderr);
      const printed = await interruptible(async (signal) => {
        const environment = await ensureToolchain({ progress, signal });
        const common = { environment, progress, signal };
        if (explorer === true) return await benchExplorer(common, json);
        if (throughput === true)
          return await benchThroughput({ ...common, takers: networks, seconds }, json);
        return nodes === undefined
          ? await benchRounds({ ...common, rounds: runs, atOnce: networks }, json)
          : await benchSizes({ ...common, counts: nodes }, json);
      });
      process.stdout.write(printed);
    });
}

async function benchRounds(options: RoundsOptions, json: boolean): Promise<string> {
  const { runBench } = await import("../../tests/bench/run.ts");
  const { table } = await import("../../tests/bench/table.ts");
  const report = await runBench(options);
  return json ? jsonOf(report) : table(report);
}

async function benchExplorer(options: ExplorerOptions, json: boolean): Promise<string> {
  const { runExplorer } = await import("../../tests/bench/explorer.ts");
  const { table } = await import("../../tests/bench/table.ts");
  const report = await runExplorer(options);
  return json ? jsonOf(report) : table(report);
}

async function benchThroughput(options: ThroughputOptions, json: boolean): Promise<string> {
  const { runThroughput } = await import("../../tests/bench/throughput.ts");
  const { throughputTable } = await import("../../tests/bench/throughput-table.ts");
  const report = await runThroughput(options);
  return json ? jsonOf(report) : throughputTable(report);
}

async function benchSizes(options: ScaleOptions, json: boolean): Promise<string> {
  const { runScale } = await import("../../tests/bench/scale.ts");
  const { scaleTable } = await import("../../tests/bench/scale-table.ts");
  const report = await runScale(options);
  return json ? jsonOf(report) : scaleTable(report);
}

function jsonOf(report: object): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function listOf(read: (text: string) => number): (text: string) => number[] {
  return (text) => text.split(",").map(read);
}
