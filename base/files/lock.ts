import { tmpdir } from "node:os";
import path from "node:path";

import { lock } from "proper-lockfile";

import { waitFor } from "../wait.ts";
import type { Progress } from "../progress/steps.ts";

export interface LockOptions {
  /** What the one that holds it is doing, as "setting up the toolchain". */
  readonly what: string;
  /** Told when another one has to be waited for. */
  readonly progress: Pick<Progress, "note">;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for another run to finish. Default: 20 minutes, more than any set-up takes. */
  readonly limitMs?: number;
  /** Milliseconds without a sign of life after which the owner counts as dead; at least 2 000. Default: 10 000. */
  readonly staleMs?: number;
}

/**
 * A lock file in the machine's temporary folder, of this user alone: what a killed process left there nobody but its
 * user can remove.
 */
export function temporaryLock(name: string): string {
  return path.join(tmpdir(), `regtest-network-${process.getuid?.() ?? ""}-${name}.lock`);
}

/** Runs `work` while no other run, in this process or another, does so under the same lock file. Its folder must be there. */
export async function withLock<T>(
  lockfilePath: string,
  { what, progress, signal, limitMs = 20 * 60_000, staleMs = 10_000 }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  let told = false;
  const release = await waitFor(
    async (awaited) => {
      try {
        const options = { lockfilePath, realpath: false, stale: staleMs };
        const release = await lock(lockfilePath, options);
        // Nobody waits for it any more, so nobody would give it back.
        if (awaited.aborted) await release();
        return release;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
        if (!told) progress.note(`Another run is ${what}; waiting for it to finish ...`);
        told = true;
        return { pending: `another run holds ${lockfilePath}` };
      }
    },
    { what: `the end of another run that is ${what}`, limitMs, signal },
  );
  try {
    return await work();
  } finally {
    await release();
  }
}
