import { execa, ExecaError } from "execa";

/** When something was printed, and when the command was over, in seconds from its start. */
export interface TimedRun {
  readonly seconds: number;
  readonly lines: readonly { readonly at: number; readonly text: string }[];
  readonly stdout: string;
}

export interface TimedRunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Milliseconds that a command gets to leave things in order when it is interrupted. */
const graceMs = 60_000;

/**
 * Runs a command, and notes when each line of its output came: steps are told on stderr.
 * @throws {Error} with all that it printed when it fails; the signal's reason when that ended it
 */
export async function timedRun(
  file: string,
  args: readonly string[],
  { cwd, env, signal }: TimedRunOptions,
): Promise<TimedRun> {
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const lines: { at: number; text: string }[] = [];
  let stdout: string;
  try {
    const command = execa(file, args, {
      cwd,
      ...(env !== undefined && { env }),
      stdin: "ignore",
      all: true,
      // Of its own process group: a terminal's Ctrl-C is passed on once, by the signal.
      detached: true,
      cancelSignal: signal,
      killSignal: "SIGINT",
      forceKillAfterDelay: graceMs,
    });
    for await (const text of command.iterable({ from: "all" })) lines.push({ at: elapsed(), text });
    ({ stdout } = await command);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ExecaError ? new Error(error.message) : error;
  }
  return { seconds: elapsed(), lines, stdout };
}

/**
 * Seconds from the first line that `from` matches to the last one that `to` matches.
 * @throws {Error} when one of them was not printed
 */
export function secondsBetween({ lines }: TimedRun, from: RegExp, to: RegExp): number {
  const first = lines.find(({ text }) => from.test(text));
  const last = lines.findLast(({ text }) => to.test(text));
  if (first === undefined || last === undefined) {
    const missing = first === undefined ? from : to;
    const printed = lines.map(({ text }) => text).join("\n");
    throw new Error(`no line matches ${String(missing)} in:\n${printed}`);
  }
  return last.at - first.at;
}
