/** The command line as a person uses it, on the backend of the test run. */
import { execa, type Options } from "execa";
import { expect } from "vitest";

import { projectFolder } from "../../base/files/paths.ts";

export interface CliRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command, as `npm run` does it, without npm, which takes longer than most of them. */
export async function cli(args: readonly string[], options: Options = {}): Promise<CliRun> {
  const { exitCode, stdout, stderr } = await execa("sh", ["toolchain/run.sh", ...args], {
    cwd: projectFolder,
    reject: false,
    stdin: "ignore",
    ...options,
  });
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

/** Runs one that must succeed. Returns its standard output. */
export async function cliSucceeds(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli(args);
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

/** Runs one that must end with 1. Returns what it wrote to standard error. */
export async function cliFails(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli(args);
  expect(exitCode, stdout + stderr).toBe(1);
  return stderr;
}
