import { pointing } from "../../base/troubleshooting.ts";

/** A node's container has ended: by itself, or since somebody ended it. */
export class ContainerExitedError extends Error {
  readonly node: string;
  readonly exitCode: number;

  /** @param more.restarts How often the engine has started it again since somebody did. */
  constructor(
    node: string,
    exitCode: number,
    log: string,
    { restarts = 0, outOfMemory = false }: { restarts?: number; outOfMemory?: boolean } = {},
  ) {
    const again = restarts === 0 ? "" : ` and was started again, ${timesText(restarts)}`;
    const ended = `${node}: its container ended with exit code ${exitCode}${outOfMemory ? " (out of memory)" : ""}${again}; its last lines:\n${log}`;
    super(pointing(ended, "a-node-ended"));
    this.name = "ContainerExitedError";
    this.node = node;
    this.exitCode = exitCode;
  }
}

/** As in "once", "3 times". */
export function timesText(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
