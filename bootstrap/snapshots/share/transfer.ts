/** Long transfers between a file and the engine: how far they are, and what went wrong. */
import type Docker from "dockerode";

import { engineError } from "../../../engine/engine-error.ts";
import { type Amount, reporter, writeAmount, writeStatus } from "../../../base/progress/amount.ts";
import { followProgress } from "../../../engine/progress.ts";

export interface Transfer {
  readonly signal: AbortSignal;
  /** A line of progress. */
  readonly status: (message: string) => void;
}

/**
 * Passes bytes on and tells how many of them there were.
 * @param all bytes, as far as that is known: where more come, all of them are there at once
 */
export function counted(what: string, all: number, status: (message: string) => void) {
  return async function* (chunks: AsyncIterable<string | Buffer>): AsyncGenerator<string | Buffer> {
    const { report, count } = reporter(status);
    const amount = (bytes: number): Amount => ({
      done: bytes / 1_000_000,
      of: Math.max(all, bytes) / 1_000_000,
      unit: "MB",
    });
    const tell = (bytes: number): void => {
      report(writeStatus({ title: what, amount: amount(bytes) }));
    };
    tell(0);
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      count(amount(bytes));
      yield chunk;
    }
    // Whoever gets them may still be at work on them.
    tell(bytes);
  };
}

export function megabytes(bytes: number): string {
  return writeAmount({ done: bytes / 1_000_000, unit: "MB" });
}

/** One stream with all of the images in it. */
export async function savedImages(
  docker: Docker,
  references: readonly string[],
  signal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.ReadableStream>();
  docker.modem.dial(
    {
      path: "/images/get?",
      method: "GET",
      options: { names: references },
      isStream: true,
      statusCodes: { 200: true, 404: "no such image", 500: "server error" },
      abortSignal: signal,
    },
    (error: unknown, stream: unknown) => {
      if (error === null) resolve(stream as NodeJS.ReadableStream);
      else reject(engineError(error));
    },
  );
  return await promise;
}

/**
 * Waits for the end of what the engine reports on.
 * @throws Error with the engine's message, also for an error that came after the answer had begun
 */
export async function finished(
  answer: Promise<NodeJS.ReadableStream>,
  { signal }: Transfer,
): Promise<void> {
  // Its lines, one for each layer and moment, say less than those of the caller.
  const quiet = (): void => undefined;
  try {
    await followProgress(await answer, { signal, status: quiet });
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  }
}
