/** How commands end that only show something. */
import { InterruptedError } from "../../base/interruptible.ts";

/** Runs `work`, of which a signal is the usual end: no error, and the exit code that a shell gives it, 128 + N. */
export async function untilInterrupted(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    process.exitCode = error.exitCode;
  }
}

/** Whoever reads the output may have seen enough, as `head` has: that is an end and no error. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}
