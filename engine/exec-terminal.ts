/**
 * A program in a container on this process's standard input and output, as `docker exec` has it. Not by the docker CLI:
 * an engine may be there without it (since Debian 13 docker.io only recommends it), and without a terminal it leaves
 * the program running when it gets a signal itself.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Duplex, Writable } from "node:stream";

import type Docker from "dockerode";

import { execIn } from "./exec.ts";
import { engineError, throwEngineError } from "./engine-error.ts";
import { frames } from "./stream-frames.ts";

interface ExecOptions {
  /** Whether the program reads this process's standard input. */
  readonly stdin: boolean;
  /** Ends the program, and what waits for it, with the signal's reason. */
  readonly signal: AbortSignal;
}

/** @returns the program's exit code */
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
  const stream = await exec.start({ hijack: true, stdin, Tty: terminal });
  const release = stdin ? attachStdin(stream, terminal) : () => undefined;
  const onAbort = (): void => {
    void interrupt(container, mark).finally(() => stream.destroy());
  };
  signal.addEventListener("abort", onAbort);
  try {
    if (terminal) {
      await resized(exec);
      for await (const chunk of stream) await write(process.stdout, chunk as Buffer);
    } else {
      for await (const { stream: name, data } of frames(stream)) await write(process[name], data);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  } finally {
    signal.removeEventListener("abort", onAbort);
    release();
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

async function resized(exec: Docker.Exec): Promise<void> {
  const { rows, columns } = process.stdout;
  // A program that has ended already needs no size.
  await exec.resize({ h: rows, w: columns }).catch(() => undefined);
}

async function write(to: Writable, data: Buffer): Promise<void> {
  if (!to.write(data)) await once(to, "drain");
}

/** The engine cannot signal what it has started beside the container's own program. */
async function interrupt(container: Docker.Container, mark: string): Promise<void> {
  const script =
    'busybox grep -l -s "$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do kill -INT "$pid"; done';
  await execIn(container, ["sh", "-c", script, "sh", mark]).catch(() => undefined);
}
