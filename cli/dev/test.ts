import { rm } from "node:fs/promises";
import path from "node:path";

import type { Command } from "commander";

import { readRecord } from "../../base/files/files.ts";
import { cachePaths } from "../../base/files/paths.ts";
import { runChecks } from "./check.ts";
import { runTool } from "./run-tool.ts";
import { faultLine, summaryLine } from "./test-summary.ts";

export function register(program: Command): void {
  program
    .command("test")
    .description(
      "check types, lint and format, then run unit tests, integration tests and the most important faults",
    )
    .argument("[arguments...]", "passed to vitest, such as part of a file name; skips the checks")
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const failed = args.length === 0 ? await runChecks() : [];
      const summary = await runTests(args);
      if (summary.failed) failed.push("tests");
      if (failed.length > 0) process.stderr.write(`failed: ${failed.join(", ")}\n`);
      for (const line of summary.lines) process.stdout.write(`${line}\n`);
      process.exitCode = failed.length === 0 ? 0 : 1;
    });
}

async function runTests(args: readonly string[]): Promise<{ lines: string[]; failed: boolean }> {
  const report = path.join(cachePaths().logs, "vitest.json");
  await rm(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  // What takes an hour has commands of its own: `npm run test:faults` and `npm run test:all`.
  const projects = ["unit", "integration", "faults"].flatMap((name) => ["--project", name]);
  const whole = ["--reporter=./cli/dev/slowest-files.ts", "--tags-filter=!long", ...projects];
  const chosen = args.length > 0 ? args : whole;
  const exitCode = await runTool("vitest", ["run", ...reporters, ...chosen]);
  const record = await readRecord(report);
  const lines = [faultLine(record), summaryLine(record)].filter((line) => line !== undefined);
  return { lines, failed: exitCode !== 0 };
}
