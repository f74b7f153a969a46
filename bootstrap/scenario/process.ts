/**
 * A process of its own for what people wrote: it may end itself, throw anything, or never give way, and takes
 * nothing with it.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Readable } from "node:stream";

import { isError } from "../../base/is-error.ts";
import { printable } from "../../base/printable.ts";
import type { Reporter } from "../../base/progress/amount.ts";
import type { FromProcess, Job, ToProcess } from "./messages.ts";

/** Milliseconds that a scenario has to end after its signal is aborted. */
const graceMs = 1_000;
/** Milliseconds for the last of its output, when something that it started holds the pipe. */
const drainMs = 1_000;
/** Characters after which a line is cut. */
const longestLine = 2_000;

/** Lines of each stream that are shown: a loop may print without end. */
const mostLines = 1_000;

export interface Listener extends Reporter {
  readonly signal: AbortSignal;
  /** Gets each line that is printed. Default: it goes to stderr, since stdout is for what a command was asked for. */
  readonly say?: ((line: string) => void) | undefined;
}

/** What a scenario's process ended with, other than its end: the message and the stack are those of the error in it. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
  readonly line: number | undefined;

  constructor(
    message: string,
    { stack, line }: { stack?: string; line?: number | undefined } = {},
  ) {
    super(message);
    if (stack !== undefined) this.stack = stack;
    this.line = line;
  }
}

/**
 * Does the job in a process of its own, and ends when that process has ended, and whatever it started with it.
 * @throws ScenarioError with what failed in it
 * @throws the signal's reason when that ends it: at the latest after {@link graceMs}, by force
 */
export async function inProcess(
  job: Job,
  { signal, report, count, say = toStderr }: Listener,
): Promise<void> {
  signal.throwIfAborted();
  const child = fork(entry, [], {
    // A debugger's port can be had once, and loaders are for whoever runs this.
    execArgv: [],
    // In a session and group of its own: Ctrl-C is for the program, which passes it on by the signal.
    detached: true,
    // Standard input stays open as long as this process lives, see end-with-parent.ts.
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  const outcome: { ended?: Extract<FromProcess, { done: true } | { failed: unknown }> } = {};
  child.on("message", (message: FromProcess) => {
    if ("report" in message) report(message.report);
    else if ("count" in message) count(message.count);
    else outcome.ended = message;
  });
  const output = [child.stdout, child.stderr].map((stream) => tellLines(stream as Readable, say));
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const stop = stopper(child, signal);
  try {
    tell(child, { job });
    const [code, endedBy] = await exited;
    signal.throwIfAborted();
    const { ended } = outcome;
    if (ended === undefined) throw new ScenarioError(diedText(code, endedBy));
    if ("failed" in ended) throw new ScenarioError(ended.failed.message, ended.failed);
  } finally {
    stop();
    killGroup(child);
    await drained(child, output);
  }
}

/** Beside this file, whether compiled or not. */
const entry = fileURLToPath(
  new URL(`process-main${path.extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

/** Ends the process with the signal: by asking, then by force. Returns what takes that back. */
function stopper(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    const { reason } = signal as { reason: unknown };
    tell(child, { abort: isError(reason) ? reason.message : String(reason) });
    timer = setTimeout(() => {
      killGroup(child);
    }, graceMs);
  };
  signal.addEventListener("abort", onAbort);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  };
}

/** One that has ended hears nothing; its end is reported elsewhere. */
function tell(child: ChildProcess, message: ToProcess): void {
  if (child.connected) child.send(message, () => undefined);
}

/** What it started itself goes too. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // Nothing of it is there any more.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function diedText(code: number | null, signal: NodeJS.Signals | null): string {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  return `its process ended ${how} before the scenario did; return or throw instead of process.exit`;
}

async function drained(child: ChildProcess, output: readonly Promise<void>[]): Promise<void> {
  const timer = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, drainMs);
  await Promise.allSettled(output);
  clearTimeout(timer);
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function tellLines(stream: Readable, say: (line: string) => void): Promise<void> {
  let begun = "";
  let told = 0;
  const tell = (line: string): void => {
    told += 1;
    if (told <= mostLines) say(`scenario: ${printable(line.replace(/\r$/, ""))}`);
    else if (told === mostLines + 1)
      say(`scenario: more than ${mostLines} lines; the rest is left out`);
  };
  for await (const chunk of stream.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = (begun + chunk).split("\n");
    begun = lines.pop() ?? "";
    for (const line of lines) tell(line);
    if (begun.length <= longestLine) continue;
    tell(begun);
    begun = "";
  }
  if (begun !== "") tell(begun);
}
