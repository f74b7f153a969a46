import { Argument, type Command, Option } from "commander";

import type { BenchOptions as RoundsOptions } from "../../tests/bench/run.ts";
import type { ExplorerBenchOptions as ExplorerOptions } from "../../tests/bench/explorer.ts";
import type { GrowthOptions } from "../../tests/bench/growth.ts";
import type { HostsOptions } from "../../tests/bench/hosts.ts";
import type { ThroughputOptions } from "../../tests/bench/throughput.ts";
import { mostNodes } from "../../bootstrap/plan/settings/most-nodes.ts";
import { countUpTo } from "../shared/counts.ts";

interface BenchOptions {
  readonly runs: number;
  readonly networks?: readonly number[];
  readonly nodes?: readonly number[];
  readonly engines: readonly number[];
  readonly crowds: readonly number[];
  readonly explorer?: boolean;
  readonly throughput?: boolean;
  readonly seconds: number;
  readonly json?: boolean;
  readonly compare?: string;
}

/** One by itself is measured anyway; more numbers take minutes. */
const usualNetworks = [40];
const usualTakers = [1, 4, 16, 40];
const usualNodes = { growth: [2, 10, 30, 100], hosts: [2, 10, 30, 60, 100] } as const;
const usualEngines = [1, 2, 3];
const usualCrowds = [10, 30, 60, 100];

type Part = keyof typeof usualNodes;

export function register(program: Command): void {
  program
    .command("bench")
    .description(
      "measure up, down, bootstrap, snapshots and test kit against the bare cost, and print medians",
    )
    .addArgument(
      new Argument(
        "[part]",
        "measure instead what a node costs in small and large networks, all connected to one node: " +
          "growth, on this engine; hosts, on several in network namespaces, and crowds (needs root)",
      ).choices(Object.keys(usualNodes)),
    )
    .option("-r, --runs <count>", "number of rounds", countUpTo(1000), 3)
    .option(
      "--networks <counts>",
      "numbers of networks of the test kit to start at once, or of tests that take them " +
        `(default: ${usualNetworks.join()}; with --throughput ${usualTakers.join()})`,
      listOf(countUpTo(1000)),
    )
    .option(
      "--nodes <counts>",
      "how many nodes the networks of growth and hosts have " +
        `(default: ${usualNodes.growth.join()}; of hosts ${usualNodes.hosts.join()})`,
      listOf(countUpTo(mostNodes)),
    )
    .option(
      "--engines <counts>",
      "on how many engines the networks of hosts are, up to 3",
      listOf(countUpTo(3)),
      usualEngines,
    )
    .option(
      "--crowds <counts>",
      "how many peers the crowds of hosts have, each on the most engines; '' for none",
      listOf(countUpTo(mostNodes)),
      usualCrowds,
    )
    .option("--explorer", "measure the explorer instead, on 10,000 blocks and 100,000 transactions")
    .option(
      "--throughput",
      "measure instead how many networks a second as many tests as --networks says get",
    )
    .option("--seconds <count>", "seconds of each measurement of --throughput", countUpTo(3600), 10)
    .addOption(
      new Option(
        "--compare <file>",
        "say what got slower than in that run, saved with --json, by more than the spread, and exit with 1",
      ).conflicts(["explorer", "throughput"]),
    )
    .option("--json", "print the figures as JSON")
    .action(async (part: Part | undefined, options: BenchOptions) => {
      const {
        runs,
        networks,
        engines,
        crowds,
        explorer,
        throughput,
        seconds,
        json = false,
      } = options;
      const { compare } = options;
      if (part !== undefined && compare !== undefined)
        throw new Error(`--compare is of the whole run, and not of ${part}: leave one of them out`);
      const { ensureToolchain } = await import("../../toolchain/ensure.ts");
      const { streamProgress } = await import("../../base/progress/stream.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const progress = streamProgress(process.stderr);
      const printed = await interruptible(async (signal) => {
        const environment = await ensureToolchain({ progress, signal });
        const common = { environment, progress, signal };
        if (explorer === true) return await benchExplorer(common, json);
        if (throughput === true)
          return await benchThroughput(
            { ...common, takers: networks ?? usualTakers, seconds },
            json,
          );
        if (part !== undefined) {
          const sized = { ...common, counts: options.nodes ?? usualNodes[part] };
          if (part === "growth") return await benchGrowth(sized, json);
          return await benchHosts({ ...sized, engines, crowds }, json);
        }
        return await benchRounds(
          { ...common, rounds: runs, atOnce: networks ?? usualNetworks },
          { json, compare },
        );
      });
      process.stdout.write(printed);
    });
}

async function benchRounds(
  options: RoundsOptions,
  { json, compare }: { readonly json: boolean; readonly compare: string | undefined },
): Promise<string> {
  const { comparison, savedReport, slowerThan } = await import("../../tests/bench/compare.ts");
  const { runBench } = await import("../../tests/bench/run.ts");
  const { table } = await import("../../tests/bench/table.ts");
  // Before the minutes that the run takes.
  const before = compare === undefined ? undefined : await savedReport(compare);
  const report = await runBench(options);
  if (before !== undefined && slowerThan(before, report).length > 0) process.exitCode = 1;
  const compared = before === undefined ? "" : `\n${comparison(before, report)}`;
  if (!json) return `${table(report)}${compared}`;
  // Beside the file that the next run is compared with.
  process.stderr.write(compared);
  return jsonOf(report);
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

async function benchGrowth(options: GrowthOptions, json: boolean): Promise<string> {
  const { runGrowth } = await import("../../tests/bench/growth.ts");
  const { growthTable } = await import("../../tests/bench/growth-table.ts");
  const report = await runGrowth(options);
  return json ? jsonOf(report) : growthTable(report);
}

async function benchHosts(options: HostsOptions, json: boolean): Promise<string> {
  const { runHosts } = await import("../../tests/bench/hosts.ts");
  const { hostsTable } = await import("../../tests/bench/growth-table.ts");
  const report = await runHosts(options);
  return json ? jsonOf(report) : hostsTable(report);
}

function jsonOf(report: object): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function listOf(read: (text: string) => number): (text: string) => number[] {
  return (text) => (text === "" ? [] : text.split(",").map(read));
}
