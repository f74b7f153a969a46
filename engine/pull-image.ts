import type Docker from "dockerode";

import { engineError } from "./engine-error.ts";
import { followProgress } from "./progress.ts";

/** Milliseconds without a sign of progress after which a registry counts as unreachable. */
const idleMs = 30_000;

/** @throws Error when the registry does not have it, or says nothing for half a minute */
export async function pullImage(
  docker: Docker,
  image: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort(new Error(`no progress within ${idleMs / 1000} s`));
  }, idleMs);
  try {
    const abortSignal = AbortSignal.any([signal, idle.signal]);
    const answer = await docker.pull(image, { abortSignal });
    await followProgress(answer, { signal: abortSignal, status: () => timer.refresh() });
  } catch (error) {
    signal.throwIfAborted();
    idle.signal.throwIfAborted();
    throw engineError(error);
  } finally {
    clearTimeout(timer);
  }
}
