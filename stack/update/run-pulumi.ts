/** Runs the Pulumi CLI as a child process. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { isatty } from "node:tty";

import type { Environment } from "../../toolchain/ensure.ts";

export interface RunOptions {
  /** Gets what it prints, which otherwise goes to this process's stdout and stderr. */
  readonly follow?: (stdout: Readable, stderr: Readable) => void;
  /** Is told of a signal that this process gets meanwhile. */
  readonly onSignal?: (signal: NodeJS.Signals) => void;
}

/**
 * Runs the CLI in the project's folder on this process's stdin, stdout and stderr.
 * @returns its exit code; 128 + N, as a shell has it, when signal N ended it
 */
export async function runPulumi(
  environment: Environment,
  args: readonly string[],
  { follow, onSignal }: RunOptions = {},
): Promise<number> {
  // A terminal sends its Ctrl-C to the CLI as well, and a second one would make it drop everything.
  const passedOn: readonly NodeJS.Signals[] = [0, 1, 2].some((fd) => isatty(fd))
    ? ["SIGTERM"]
    : ["SIGINT", "SIGTERM"];
  const passOn = (signal: NodeJS.Signals): void => {
    onSignal?.(signal);
    if (passedOn.includes(signal)) child.kill(signal);
  };
  // Before the CLI starts: from its first moment it must not be left behind by a signal that ends this process.
  process.on("SIGINT", passOn).on("SIGTERM", passOn);
  const child = spawn("pulumi", args, {
    cwd: environment.folder,
    env: environment.env,
    stdio: follow === undefined ? "inherit" : ["inherit", "pipe", "pipe"],
  });
  if (child.stdout !== null && child.stderr !== null) follow?.(child.stdout, child.stderr);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.on("error", reject);
    // Not before all that it printed was read.
    child.on("close", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
    return await promise;
  } finally {
    process.off("SIGINT", passOn).off("SIGTERM", passOn);
  }
}
