import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import path from "node:path";

import type { Command } from "commander";

import { readRecord } from "../../base/files/files.ts";
import { cachePaths, projectFolder } from "../../base/files/paths.ts";
import { faultLine, summaryLine } from "./test-summary.ts";

export function register(program: Command): void {
  program
    .command("test")
    .description(
      "check types, lint and format, then run the unit tests, the integration tests, and the most telling faults",
    )
    .argument(
      "[arguments...]",
      "for vitest, such as a part of a file's name; only the tests are run then",
    )
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

interface Check {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
}

/** Lanes that run side by side: lint takes as long as the others together. */
const checks: readonly (readonly Check[])[] = [
  [{ name: "lint", tool: "eslint", args: ["."] }],
  [
    { name: "types", tool: "tsc", args: ["-p", "."] },
    { name: "format", tool: "prettier", args: ["--check", "--log-level", "warn", "."] },
  ],
];

/** All of them, whatever the ones before said: one run shows all there is to mend. */
async function runChecks(): Promise<string[]> {
  const lanes = await Promise.all(
    checks.map(async (lane) => {
      const failed: string[] = [];
      for (const { name, tool, args } of lane) {
        process.stderr.write(`Checking ${name} ...\n`);
        if ((await runTool(tool, args)) !== 0) failed.push(name);
      }
      return failed;
    }),
  );
  return lanes.flat();
}

async function runTests(args: readonly string[]): Promise<{ lines: string[]; failed: boolean }> {
  const report = path.join(cachePaths().logs, "vitest.json");
  await rm(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  // Of the faults the few: all of them take an hour, and `npm run test:faults` tries them.
  const projects = ["unit", "integration", "faults"].flatMap((name) => ["--project", name]);
  const whole = ["--reporter=./cli/dev/slowest-files.ts", ...projects];
  const chosen = args.length > 0 ? args : whole;
  const exitCode = await runTool("vitest", ["run", ...reporters, ...chosen]);
  const record = await readRecord(report);
  const lines = [faultLine(record), summaryLine(record)].filter((line) => line !== undefined);
  return { lines, failed: exitCode !== 0 };
}

/** Runs a development tool with this Node on this process's output. */
async function runTool(name: string, args: readonly string[]): Promise<number> {
  const script = path.join(projectFolder, "node_modules", ".bin", name);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  spawn(process.execPath, [script, ...args], { cwd: projectFolder, stdio: "inherit" })
    .on("error", reject)
    .on("exit", (code) => {
      resolve(code ?? 1);
    });
  return promise;
}
