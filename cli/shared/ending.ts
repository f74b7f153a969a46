/** How commands end that only show something. */
import { InterruptedError } from "../../base/interruptible.ts";
import { joinSignals } from "../../base/wait.ts";

/**
 * Runs `work`, of which a signal is the usual end: no error, and the exit code that a shell gives it, 128 + N. It may
 * also end with its reader, as {@link endWithReader} has it, with exit code 0.
 */
export async function untilInterrupted(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InterruptedError) process.exitCode = error.exitCode;
    else if (!isOfReader(error)) throw error;
  }
}

/** The signal, aborted too when whoever reads the output has seen enough, as `head` has: that is an end and no error. */
export function endWithReader(signal: AbortSignal): AbortSignal {
  const gone = new AbortController();
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error) => {
      if (!isOfReader(error)) throw error;
      gone.abort(error);
    });
  return joinSignals(signal, gone.signal);
}

function isOfReader(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EPIPE";
}
