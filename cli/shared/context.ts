/** What every subcommand begins with: the toolchain, somebody to tell, and a signal that Ctrl-C aborts. */
import { inSequence, type Steps } from "../../base/progress/steps.ts";
import { ensureToolchain, type Environment } from "../../toolchain/ensure.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { interruptible } from "../../base/interruptible.ts";

export interface CommandContext {
  readonly environment: Environment;
  readonly progress: Steps;
  readonly signal: AbortSignal;
  /** A line about what is going on: a step, which ends when the next one begins. */
  readonly status: (message: string) => void;
}

/**
 * Runs `work` with the toolchain set up. Ctrl-C ends the set-up and the work.
 * @param options.program Whether the Pulumi program or its plugins are going to run; without them less
 *   is set up. Default: true.
 * @param options.progress Default: for a person, on stderr.
 */
export async function withToolchain<T>(
  work: (context: CommandContext) => Promise<T>,
  options: { readonly program?: boolean; readonly progress?: Steps } = {},
): Promise<T> {
  const { program = true, progress = streamProgress(process.stderr) } = options;
  return await interruptible(async (signal) => {
    const environment = await ensureToolchain({ progress, signal, program });
    return await inSequence(progress, (status) => work({ environment, progress, signal, status }));
  });
}
