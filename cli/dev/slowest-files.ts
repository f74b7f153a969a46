/** A reporter for vitest: which files took longest, their hooks included, which the JSON report leaves out. */
import path from "node:path";

import type { Reporter, TestModule } from "vitest/node";

import { packageFolder } from "../../base/files/paths.ts";

const count = 10;

export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => ({
      name: path.relative(packageFolder, module.moduleId),
      seconds: module.diagnostic().duration / 1_000,
    }));
    process.stdout.write(`${slowest(files).join("\n")}\n`);
  }
}

interface File {
  readonly name: string;
  /** All its tests and hooks together. */
  readonly seconds: number;
}

/** A heading and a line for each of the files that took longest, the slowest first. */
export function slowest(files: readonly File[]): string[] {
  const shown = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, count);
  const lines = shown.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${name}`);
  return [`The ${lines.length} slowest files:`, ...lines];
}
