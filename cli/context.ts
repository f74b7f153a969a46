/** What every subcommand begins with: the toolchain, somebody to tell, and a signal that Ctrl-C aborts. */
import { ensureToolchain, type Environment } from "../toolchain/ensure.ts";
import { type Progress, streamProgress } from "../toolchain/progress.ts";
import { interruptible } from "./interruptible.ts";

export interface CommandContext {
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** A line about what is going on. */
  readonly status: (message: string) => void;
}

/**
 * Runs `work` with the toolchain set up. Ctrl-C ends the set-up and the work.
 * @param program whether the Pulumi program or its plugins are going to run; without them less is set up
 */
export async function withToolchain<T>(
  work: (context: CommandContext) => Promise<T>,
  program = true,
): Promise<T> {
  const progress = streamProgress(process.stderr);
  return await interruptible(async (signal) => {
    const environment = await ensureToolchain({ progress, signal, program });
    return await work({
      environment,
      progress,
      signal,
      status: (message) => {
        progress.note(message);
      },
    });
  });
}
