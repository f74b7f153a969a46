import { joinSignals } from "./wait.ts";

/**
 * Runs all at once. The first that fails ends the others by their signal; its error is thrown when all have ended, so
 * that nothing is under way behind a message.
 */
export async function together<const T extends readonly unknown[]>(
  signal: AbortSignal,
  work: { readonly [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController();
  const joined = joinSignals(signal, failed.signal);
  let first: { readonly error: unknown } | undefined;
  const running = work.map(async (one) => {
    try {
      return await one(joined);
    } catch (error) {
      first ??= { error };
      failed.abort(error);
      return undefined;
    }
  });
  const results = await Promise.all(running);
  if (first !== undefined) throw first.error;
  return results as unknown as T;
}
