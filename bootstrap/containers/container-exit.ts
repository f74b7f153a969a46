/** Ends the wait for a node as soon as its container exits. */
import type Docker from "dockerode";

import { logTail } from "../../engine/log.ts";
import { joinSignals, unlessTimedOut, waitFor } from "../../base/wait.ts";
import { ContainerExitedError } from "./container-exited-error.ts";

export interface Watched {
  /** Of the node. */
  readonly name: string;
  readonly container: Docker.Container;
}

/** Lines of a container's log that tell why it ended. */
export const tailLines = 15;

/** Runs `work` with a signal that is also aborted when the container of one of the nodes ends. */
export async function whileRunning<T>(
  nodes: readonly Watched[],
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const done = new AbortController();
  for (const node of nodes) {
    node.container
      .wait({ abortSignal: done.signal })
      .then(async ({ StatusCode }: { StatusCode: number }) => {
        const found = await node.container.inspect();
        ended.abort(await exitOf(node, StatusCode, found.RestartCount));
      })
      // Given up by ourselves, or the engine is gone, which the work itself notices.
      .catch(() => undefined);
  }
  try {
    return await work(joinSignals(signal, ended.signal));
  } finally {
    done.abort();
  }
}

/** The end of the first of the nodes whose container has ended, even if that was not reported yet. */
export async function endedContainer(
  nodes: readonly Watched[],
): Promise<ContainerExitedError | undefined> {
  for (const node of nodes) {
    // The container or the engine is gone: report what was seen all the same.
    const found = await node.container.inspect().catch(() => undefined);
    const end = found && (await endOf(node, found));
    if (end !== undefined) return end;
  }
  return undefined;
}

/** Milliseconds in which the engine tells of an end that was noticed in another way. */
const toldMs = 1_000;

/** The same after something that a container's end may be the reason of. */
export async function endedMeanwhile(
  nodes: readonly Watched[],
  signal: AbortSignal,
): Promise<ContainerExitedError | undefined> {
  const options = { what: "the end of a container", limitMs: toldMs, signal };
  return await unlessTimedOut(waitFor(() => endedContainer(nodes), options));
}

/** The end of a node's container, with what it wrote last; undefined while it runs, or when it never did. */
export async function endOf(
  node: Watched,
  { State, RestartCount }: Pick<Docker.ContainerInspectInfo, "State" | "RestartCount">,
): Promise<ContainerExitedError | undefined> {
  // A container that crashes and is restarted counts as running, with a pause between two starts.
  const ended = State.Restarting || State.Status === "exited";
  return ended ? await exitOf(node, State.ExitCode, RestartCount) : undefined;
}

async function exitOf(
  node: Watched,
  exitCode: number,
  restarts: number,
): Promise<ContainerExitedError> {
  const log = await logTail(node.container, tailLines);
  // Now: the engine may tell of the end before it tells of its reason.
  const found = await node.container.inspect().catch(() => undefined);
  const outOfMemory = found?.State.OOMKilled === true;
  return new ContainerExitedError(node.name, exitCode, log, { restarts, outOfMemory });
}
