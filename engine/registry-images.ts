/** Images between an engine and a registry. */
import type Docker from "dockerode";
import type { AuthConfig } from "dockerode";

import { engineError } from "./engine-error.ts";
import { followProgress } from "./progress.ts";

interface Options {
  readonly signal: AbortSignal;
  /** For the registry. Default: none. */
  readonly authconfig?: AuthConfig;
}

/** Milliseconds without a sign of progress after which a registry counts as unreachable. */
const idleMs = 30_000;

/** @throws Error when the registry does not have it, or says nothing for half a minute */
export async function pullImage(
  docker: Docker,
  image: string,
  { authconfig, signal }: Options,
): Promise<void> {
  const pull = (abortSignal: AbortSignal): Promise<NodeJS.ReadableStream> =>
    docker.pull(image, { abortSignal, ...(authconfig && { authconfig }) });
  await followed(pull, signal);
}

/** @throws Error when the registry refuses it, or says nothing for half a minute */
export async function pushImage(
  docker: Docker,
  image: string,
  { authconfig = {}, signal }: Options,
): Promise<void> {
  const push = (abortSignal: AbortSignal): Promise<NodeJS.ReadableStream> =>
    docker.getImage(image).push({ abortSignal, authconfig });
  await followed(push, signal);
}

async function followed(
  begin: (signal: AbortSignal) => Promise<NodeJS.ReadableStream>,
  signal: AbortSignal,
): Promise<void> {
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort(new Error(`no progress within ${idleMs / 1000} s`));
  }, idleMs);
  try {
    const abortSignal = AbortSignal.any([signal, idle.signal]);
    const answer = await begin(abortSignal);
    await followProgress(answer, { signal: abortSignal, status: () => timer.refresh() });
  } catch (error) {
    signal.throwIfAborted();
    idle.signal.throwIfAborted();
    throw engineError(error);
  } finally {
    clearTimeout(timer);
  }
}
