/** The running operations: their contexts, cancellation and time-outs. */
import { isError } from "../../base/is-error.ts";
import { readStatus } from "../../base/progress/amount.ts";
import { longestWaitMs } from "../../base/wait.ts";
import type { EngineLog } from "./engine-log.ts";
import type { Naming, OperationContext } from "./handler.ts";

export interface OperationRequest {
  readonly urn: string;
  /** Time limit in seconds; 0: none. */
  readonly timeout?: number;
  readonly naming?: Naming;
}

export class Operations {
  readonly #log: EngineLog;
  readonly #cancelled = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /** Abort what runs, and at once what is still to come: after a cancel the engine has no new work. */
  cancel(reason: string): void {
    this.#cancelled.abort(new Error(reason));
  }

  /** Settles when nothing runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Run `body` with a context of its own; its log lines are delivered before the result is. */
  async run<T>(
    request: OperationRequest,
    body: (context: OperationContext) => Promise<T>,
  ): Promise<T> {
    const result = this.#run(request, body);
    this.#running.add(result);
    try {
      return await result;
    } finally {
      this.#running.delete(result);
    }
  }

  async #run<T>(
    { urn, timeout = 0, naming }: OperationRequest,
    body: (context: OperationContext) => Promise<T>,
  ): Promise<T> {
    const deadline = new AbortController();
    const timer =
      timeout > 0
        ? setTimeout(
            () => {
              deadline.abort(
                new Error(
                  `not finished within ${timeout} s (customTimeouts of the resource sets it)`,
                ),
              );
            },
            Math.min(timeout * 1000, longestWaitMs),
          )
        : undefined;
    const signal = AbortSignal.any([this.#cancelled.signal, deadline.signal]);
    const lines = new Lines(this.#log, urn);
    const context: OperationContext = {
      urn,
      ...(naming && { naming }),
      signal,
      status: (message) => {
        lines.status(message);
      },
      info: (message) => {
        lines.add("info", message);
      },
      warn: (message) => {
        lines.add("warning", message);
      },
    };
    try {
      return await body(context);
    } catch (error) {
      throw signal.aborted && isAbort(error) ? signal.reason : error;
    } finally {
      clearTimeout(timer);
      await lines.end();
    }
  }
}

/** An error that says no more than that something was aborted: the signal's reason says why. */
function isAbort(error: unknown): boolean {
  return isError(error) && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** Status lines that wait for the engine at most; of more, the oldest are left out. */
const mostWaiting = 16;

/** The lines of one operation, in order; of status lines that wait and say how far the same thing is, the newest. */
class Lines {
  readonly #log: EngineLog;
  readonly #urn: string;
  #last: Promise<void> = Promise.resolve();
  readonly #waiting: string[] = [];
  #hasStatus = false;

  constructor(log: EngineLog, urn: string) {
    this.#log = log;
    this.#urn = urn;
  }

  add(severity: "info" | "warning", message: string): void {
    this.#last = this.#last.then(() => this.#log.line(this.#urn, severity, message));
  }

  status(message: string): void {
    this.#hasStatus = true;
    const before = this.#waiting.at(-1);
    if (before !== undefined && readStatus(before).title === readStatus(message).title) {
      this.#waiting[this.#waiting.length - 1] = message;
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length > mostWaiting) {
      // Each that waits has its turn; the one left out gives it to the next.
      this.#waiting.shift();
      return;
    }
    this.#last = this.#last.then(async () => {
      const oldest = this.#waiting.shift() ?? message;
      await this.#log.line(this.#urn, "info", oldest, { ephemeral: true });
    });
  }

  /** Take the last status line away, and wait until all lines are delivered. */
  async end(): Promise<void> {
    if (this.#hasStatus) this.status("");
    await this.#last;
  }
}
