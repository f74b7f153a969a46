import path from "node:path";

import { lock } from "proper-lockfile";

import { waitFor } from "../bootstrap/wait.ts";
import type { CachePaths } from "./paths.ts";
import type { Progress } from "./progress.ts";

export interface LockOptions {
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for another run to finish. Default: 20 minutes, more than any set-up takes. */
  readonly limitMs?: number;
  /** Milliseconds without a sign of life after which the owner counts as dead; at least 2 000. Default: 10 000. */
  readonly staleMs?: number;
}

/** Runs `work` while no other run, in this process or another, does so on the same cache folder. */
export async function withLock<T>(
  cache: CachePaths,
  { progress, signal, limitMs = 20 * 60_000, staleMs = 10_000 }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const lockfilePath = path.join(cache.root, "toolchain.lock");
  let told = false;
  const release = await waitFor(
    async () => {
      try {
        return await lock(cache.root, { lockfilePath, stale: staleMs });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
        if (!told)
          progress.note("Another run is setting up the toolchain; waiting for it to finish ...");
        told = true;
        return { pending: `another run holds ${lockfilePath}` };
      }
    },
    { what: "the toolchain's lock", limitMs, signal },
  );
  try {
    return await work();
  } finally {
    await release();
  }
}
