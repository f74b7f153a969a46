/** Somebody ended the command by a signal. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Milliseconds in which a repeated signal is the same key press: a terminal and npm both send it. */
const samePressMs = 1_000;

/**
 * Runs `work` with a signal that is aborted by SIGINT or SIGTERM, so that it can leave things in order.
 * A second SIGINT or SIGTERM ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    firstAt ??= performance.now();
    if (performance.now() - firstAt > samePressMs) process.exit(1);
    controller.abort(new InterruptedError(name));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
