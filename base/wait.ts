import { setTimeout as sleep } from "node:timers/promises";

import { isError } from "./is-error.ts";

/** The longest limit in milliseconds, some weeks: Node fires a longer timer at once. */
export const longestWaitMs = 2 ** 31 - 1;

/** What a probe returns while its condition is not met: what it saw, for the time-out's message. */
export interface Pending {
  readonly pending: string;
}

export interface WaitOptions {
  /** What is waited for, as the end of "waited for …": names the node where there is one. */
  readonly what: string;
  /**
   * Limit of the whole wait in milliseconds, tries and pauses together. Range: up to 2^31 - 1, the
   * longest that a timer runs (24.8 days).
   */
  readonly limitMs: number;
  /** Limit of one try in milliseconds; one that takes longer is given up and tried again. Default: 10 000. */
  readonly tryLimitMs?: number;
  /** The first pause in milliseconds; each further one is twice as long. Default: 20. */
  readonly everyMs?: number;
  /** The longest pause in milliseconds. Default: 500. */
  readonly maxEveryMs?: number;
  /** Ends the wait at once, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Which errors of the probe mean "not yet". Default: none; any other error ends the wait. */
  readonly retryOn?: (error: unknown) => boolean;
}

/** The limit passed before the condition was met. `cause` is the last error that was waited out. */
export class WaitTimeoutError extends Error {
  override readonly name = "WaitTimeoutError";
  readonly what: string;
  readonly limitMs: number;
  /** What the probe saw last. */
  readonly lastSeen: string;
  /** Whether a try was still under way when the limit passed. */
  readonly cutShort: boolean;

  constructor(
    { what, limitMs }: WaitOptions,
    lastSeen: string,
    { cutShort, cause }: { cutShort: boolean; cause: unknown },
  ) {
    super(
      `waited ${limitMs / 1000} s for ${what}; last seen: ${lastSeen}`,
      cause === undefined ? undefined : { cause },
    );
    this.what = what;
    this.limitMs = limitMs;
    this.lastSeen = lastSeen;
    this.cutShort = cutShort;
  }
}

/**
 * Calls `probe` until it returns something other than `undefined` or {@link Pending}, the first
 * time at once, and returns that.
 *
 * @param probe Looks once. Its signal is aborted when the try or the whole wait is over.
 * @throws WaitTimeoutError when the limit passes first.
 */
export async function waitFor<R>(
  probe: (signal: AbortSignal) => Promise<R>,
  options: WaitOptions,
): Promise<Exclude<R, Pending | undefined>> {
  const { limitMs, tryLimitMs = 10_000, everyMs = 20, maxEveryMs = 500, signal } = options;
  const deadline = performance.now() + limitMs;
  const timeLeft = (): number => Math.max(0, deadline - performance.now());
  let lastSeen: string | undefined;
  let cause: unknown;
  signal?.throwIfAborted();

  for (let pauseMs = everyMs; ; pauseMs = Math.min(pauseMs * 2, maxEveryMs)) {
    const tryMs = Math.min(tryLimitMs, timeLeft());
    const timer = new AbortController();
    const timeout = setTimeout(() => {
      timer.abort(new Error(`no answer within ${Math.round(tryMs)} ms`));
    }, tryMs);
    try {
      const tryOver = joinSignals(timer.signal, signal);
      const seen = await unlessAborted(probe(tryOver), tryOver);
      if (!isPending(seen)) return seen as Exclude<R, Pending | undefined>;
      lastSeen = seen?.pending;
      cause = undefined;
    } catch (error) {
      signal?.throwIfAborted();
      const gaveUp = timer.signal.aborted;
      if (gaveUp && tryMs < tryLimitMs) {
        // The limit of the whole, not of this try: what the try before saw tells more.
        throw new WaitTimeoutError(options, lastSeen ?? "no answer", { cutShort: true, cause });
      }
      if (!gaveUp && options.retryOn?.(error) !== true) throw error;
      cause = gaveUp ? timer.signal.reason : error;
      lastSeen = isError(cause) ? cause.message : String(cause);
    } finally {
      clearTimeout(timeout);
    }

    const leftMs = timeLeft();
    await pause(Math.min(pauseMs, leftMs), signal);
    if (leftMs <= pauseMs) {
      throw new WaitTimeoutError(options, lastSeen ?? "nothing yet", { cutShort: false, cause });
    }
  }
}

/** What a {@link waitFor} gives; undefined where its limit passed first, which is no failure then. */
export async function unlessTimedOut<R>(wait: Promise<R>): Promise<R | undefined> {
  return await wait.catch((error: unknown) => {
    if (!(error instanceof WaitTimeoutError)) throw error;
    return undefined;
  });
}

/** The one signal that is aborted with the first of these. */
export function joinSignals(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}

function isPending(seen: unknown): seen is Pending | undefined {
  return seen === undefined || (typeof seen === "object" && seen !== null && "pending" in seen);
}

/** What `call` gives. Rejects with the signal's reason at once, even if what was called does not heed it. */
export async function unlessAborted<R>(
  call: Promise<R>,
  signal: AbortSignal | undefined,
): Promise<R> {
  if (signal === undefined) return await call;
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(signal.reason);
  };
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    // Also when it is aborted already: the call's own error would be nobody's.
    return await Promise.race([call, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
