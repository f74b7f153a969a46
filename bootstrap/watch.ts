/** Ends waiting for a node at the moment its container ends. */
import type Docker from "dockerode";

import { joinSignals } from "./wait.ts";

export interface Watched {
  /** Of the node. */
  readonly name: string;
  readonly container: Docker.Container;
}

export class ContainerExitedError extends Error {
  readonly node: string;
  readonly exitCode: number;

  constructor(node: string, exitCode: number, log: string) {
    super(`${node}: its container ended with exit code ${exitCode}; its last lines:\n${log}`);
    this.name = "ContainerExitedError";
    this.node = node;
    this.exitCode = exitCode;
  }
}

/** Lines of a container's log that tell why it ended. */
const logTail = 15;

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
        ended.abort(new ContainerExitedError(node.name, StatusCode, await tailOf(node)));
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

async function tailOf({ container }: Watched): Promise<string> {
  const log = await container.logs({ stdout: true, stderr: true, tail: logTail, follow: false });
  return withoutStreamHeaders(log).trimEnd();
}

/** The engine multiplexes both streams: frames of 8 bytes of header, the length in its last 4, and text. */
function withoutStreamHeaders(log: Buffer): string {
  let text = "";
  for (let at = 0; at + 8 <= log.length;) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    text += log.toString("utf8", at + 8, end);
    at = end;
  }
  return text;
}
