/** Ends waiting for a node at the moment its container ends. */
import type Docker from "dockerode";

import { logTail } from "../engine/container-log.ts";
import { pointing } from "../base/troubleshooting.ts";
import { joinSignals } from "../base/wait.ts";

export interface Watched {
  /** Of the node. */
  readonly name: string;
  readonly container: Docker.Container;
}

export class ContainerExitedError extends Error {
  readonly node: string;
  readonly exitCode: number;

  constructor(node: string, exitCode: number, log: string) {
    const ended = `${node}: its container ended with exit code ${exitCode}; its last lines:\n${log}`;
    super(pointing(ended, "a-node-ended"));
    this.name = "ContainerExitedError";
    this.node = node;
    this.exitCode = exitCode;
  }
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
        ended.abort(await exitOf(node, StatusCode));
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

/** The end of the first of the nodes whose container has ended, also when nobody was told of it yet. */
export async function endedContainer(
  nodes: readonly Watched[],
): Promise<ContainerExitedError | undefined> {
  for (const node of nodes) {
    // Gone, or the engine is: that is no reason to hide what was seen.
    const found = await node.container.inspect().catch(() => undefined);
    if (found?.State.Running === false) return await exitOf(node, found.State.ExitCode);
  }
  return undefined;
}

/** The end of a node's container, with what it wrote last. */
export async function exitOf(node: Watched, exitCode: number): Promise<ContainerExitedError> {
  const log = await logTail(node.container, tailLines);
  return new ContainerExitedError(node.name, exitCode, log);
}
