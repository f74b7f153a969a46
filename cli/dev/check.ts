import type { Command } from "commander";

import { runTool } from "./run-tool.ts";

export function register(program: Command): void {
  program
    .command("check")
    .description("check only types, lint and format")
    .action(async () => {
      const failed = await runChecks();
      if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
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
    { name: "types of the page", tool: "tsc", args: ["-p", "explorer/page/app"] },
    { name: "format", tool: "prettier", args: ["--check", "--log-level", "warn", "."] },
  ],
];

/**
 * Runs all of them, whatever the ones before said: one run shows all there is to fix.
 * @returns the names of those that failed
 */
export async function runChecks(): Promise<string[]> {
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
