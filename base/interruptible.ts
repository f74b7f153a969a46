import { constants } from "node:os";

/** Milliseconds in which a repeated signal is the same key press: a terminal and npm both send it. */
const samePressMs = 1_000;

/** The program was asked to stop. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly signal: NodeJS.Signals;
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
    this.exitCode = signalExitCode(signal);
  }
}

/** 128 + N for signal N, as shells have it. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Runs `work` with a signal that is aborted by SIGINT or SIGTERM, so that it can leave things in order.
 * A second SIGINT or SIGTERM ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    firstAt ??= performance.now();
    const interrupted = new InterruptedError(name);
    if (performance.now() - firstAt > samePressMs) process.exit(interrupted.exitCode);
    controller.abort(interrupted);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } finally {
    // After an interruption the process ends in its own time, with its exit code, also when npm sends the signal late.
    if (firstAt === undefined) {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    } else {
      // An end without process.exit() takes the handlers away some milliseconds before the process is gone.
      process.on("exit", (code) => process.exit(code));
    }
  }
}
