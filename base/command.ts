import { mkdir, rm } from "node:fs/promises";
import path from "node:path";

import { execa, ExecaError } from "execa";

export interface CommandOptions {
  /** Gets the whole output, and is overwritten; an error quotes its end. */
  readonly log: string;
  readonly cwd?: string;
  /** On top of the process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** How many of a failed command's last lines its error quotes. */
const quotedLines = 15;

/** @throws {Error} with the command's last lines when it exits with anything but 0 */
export async function runCommand(
  file: string,
  args: readonly string[],
  { log, cwd, env, signal }: CommandOptions,
): Promise<void> {
  await mkdir(path.dirname(log), { recursive: true });
  await rm(log, { force: true });
  const target = ["pipe", { file: log, append: true }] as const;
  try {
    await execa(file, args, {
      stdin: "ignore",
      stdout: target,
      stderr: target,
      all: true,
      ...(cwd !== undefined && { cwd }),
      ...(env !== undefined && { env }),
      ...(signal !== undefined && { cancelSignal: signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ExecaError)) throw error;
    const output: unknown = error.all;
    const lines = typeof output === "string" ? output.trimEnd().split("\n") : [];
    const how = error.exitCode === undefined ? error.shortMessage : `exit code ${error.exitCode}`;
    throw new Error(
      `${[path.basename(file), ...args].join(" ")} failed (${how}). Last lines of ${log}:\n` +
        lines
          .slice(-quotedLines)
          .map((line) => `  ${line}`)
          .join("\n"),
    );
  }
}
