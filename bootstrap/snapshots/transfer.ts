/** Long transfers between a file and the engine: how far they are, and what went wrong. */
import type Docker from "dockerode";

import { engineError } from "../../engine/errors.ts";
import { followProgress } from "../../toolchain/docker-provider/engine-progress.ts";

export interface Transfer {
  readonly signal: AbortSignal;
  /** A line of progress. */
  readonly status: (message: string) => void;
}

/** Bytes between two lines of progress. */
const statusStep = 16_000_000;

/** Passes bytes on and tells how many there were: `what: 32.0 MB`. */
export function counted(what: string, status: (message: string) => void) {
  return async function* (chunks: AsyncIterable<string | Buffer>): AsyncGenerator<string | Buffer> {
    let bytes = 0;
    let next = statusStep;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes >= next) {
        status(`${what}: ${megabytes(bytes)}`);
        next = bytes + statusStep;
      }
      yield chunk;
    }
    status(`${what}: ${megabytes(bytes)}, all`);
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
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
    await followProgress(await answer, {
      urn: "",
      signal,
      status: quiet,
      info: quiet,
      warn: quiet,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  }
}
