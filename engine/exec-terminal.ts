/**
 * A program in a container on this process's standard input and output, as `docker exec` has it. Not by the docker CLI:
 * an engine may be there without it (since Debian 13 docker.io only recommends it), and without a terminal it leaves
 * the program running when it gets a signal itself.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Duplex, Writable } from "node:stream";

import type Docker from "dockerode";

import { unlessAborted, waitFor } from "../base/wait.ts";
import { execIn } from "./exec.ts";
import { engineError, throwEngineError } from "./engine-error.ts";
import { frames } from "./stream-frames.ts";

interface ExecOptions {
  /** Whether the program reads this process's standard input. */
  readonly stdin: boolean;
  /** Ends the program, and what waits for it, with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * @returns the program's exit code
 * @throws Error when the program goes on after the signal
 */
export async function runInContainer(
  container: Docker.Container,
  command: readonly string[],
  { stdin, signal }: ExecOptions,
): Promise<number> {
  const terminal = hasTerminal(stdin);
  // By which the program is found again: the engine does not say its id in the container.
  const mark = `REGTEST_EXEC=${randomUUID()}`;
  const exec = await container
    .exec({
      Cmd: [...command],
      Env: [mark],
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
      Tty: terminal,
    })
    .catch(throwEngineError);
  signal.throwIfAborted();
  const stream = await exec.start({ hijack: true, stdin, Tty: terminal }).catch(throwEngineError);
  const release = [
    stdin ? attachStdin(stream, terminal) : () => undefined,
    terminal ? followSize(exec) : () => undefined,
  ];
  try {
    // Also of a signal that came while the engine started the program.
    await unlessAborted(print(stream, terminal), signal);
  } catch (error) {
    if (!signal.aborted) throw engineError(error);
    await interrupt(container, exec, mark);
  } finally {
    stream.destroy();
    for (const undo of release) undo();
  }
  signal.throwIfAborted();
  const { ExitCode } = await exec.inspect();
  return ExitCode ?? 1;
}

/**
 * Whether the program gets a terminal: then it writes colours, and may ask for a passphrase without
 * showing it. Both outputs come as one over it, so that neither may be redirected.
 */
function hasTerminal(stdin: boolean): boolean {
  if (!process.stdout.isTTY || !process.stderr.isTTY) return false;
  return stdin ? process.stdin.isTTY : !process.env["NO_COLOR"];
}

/** Passes standard input on; on a terminal key by key, Ctrl-C too, as the terminal in the container takes it. */
function attachStdin(stream: Duplex, terminal: boolean): () => void {
  const { stdin } = process;
  if (terminal) stdin.setRawMode(true);
  stdin.pipe(stream);
  return () => {
    if (terminal) stdin.setRawMode(false);
    stdin.unpipe(stream);
    // The process may write to it for ever.
    stdin.destroy();
  };
}

/** Gives the terminal in the container the size of this one, now and whenever it changes. */
function followSize(exec: Docker.Exec): () => void {
  const { stdout } = process;
  const resize = (): void => {
    // A program that has ended already needs no size.
    exec.resize({ h: stdout.rows, w: stdout.columns }).catch(() => undefined);
  };
  resize();
  stdout.on("resize", resize);
  return () => stdout.off("resize", resize);
}

async function print(stream: Duplex, terminal: boolean): Promise<void> {
  if (terminal) {
    for await (const chunk of stream) await write(process.stdout, chunk as Buffer);
  } else {
    for await (const { stream: name, data } of frames(stream)) await write(process[name], data);
  }
}

async function write(to: Writable, data: Buffer): Promise<void> {
  if (!to.write(data)) await once(to, "drain");
}

/** What {@link interruptScript} exits with. */
const [interrupted, notFound] = [0, 1];

/** By the shell alone: an image that is not ours may have neither grep nor busybox. */
const interruptScript = `code=${notFound}
for environ in /proc/[0-9]*/environ; do
  while read -r line || [ -n "$line" ]; do
    case $line in *"$1"*) pid=\${environ%/*}; kill -INT "\${pid#/proc/}" && code=${interrupted} ;; esac
  done < "$environ"
done
exit $code`;

/** The engine cannot signal what it has started beside the container's own program. */
async function interrupt(
  container: Docker.Container,
  exec: Docker.Exec,
  mark: string,
): Promise<void> {
  const interruptOnce = async (): Promise<true | undefined> => {
    const { exitCode, output } = await execIn(container, ["sh", "-c", interruptScript, "sh", mark]);
    if (exitCode === interrupted) return true;
    if (exitCode !== notFound) throw new Error(output);
    // The engine answers before it starts the program.
    return (await exec.inspect()).ExitCode === null ? undefined : true;
  };
  try {
    await waitFor(interruptOnce, { what: "the program to be found", limitMs: 5_000 });
  } catch (cause) {
    throw new Error("the program goes on in the container, where it could not be interrupted", {
      cause,
    });
  }
}
