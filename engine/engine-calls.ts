/** Calls of the engine, with errors in the words that the official Docker provider uses. */
import { unlessAborted } from "../base/wait.ts";
import { EngineError, engineError, isNotFound } from "./engine-error.ts";

/**
 * What `call` gives, or an error `<failure>: Error response from daemon: …` that keeps the engine's status code.
 * @param signal ends the waiting, with its own reason.
 */
export async function orFail<T>(
  failure: string,
  call: Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await unlessAborted(call, signal);
  } catch (error) {
    signal?.throwIfAborted();
    const told = engineError(error);
    const text = `${failure}: ${told.message}`;
    throw told instanceof EngineError
      ? new EngineError(text, told.statusCode)
      : new Error(text, { cause: error });
  }
}

/** As {@link orFail}, but `undefined` where the engine knows no such thing (404 alone means that). */
export async function orGone<T>(
  failure: string,
  call: Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  try {
    return await orFail(failure, call, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
