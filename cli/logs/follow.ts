import type Docker from "dockerode";

import { longestWaitMs, waitFor } from "../../base/wait.ts";
import { type LogLine, logLines } from "../../engine/log.ts";
import { isNotFound } from "../../engine/engine-error.ts";

/**
 * What a container writes from `since` on, also after it was stopped and started: a snapshot does so.
 * Ends when the container is removed.
 * @param since seconds since 1970, with up to nine places
 */
export async function* followLog(
  container: Docker.Container,
  since: string,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  let from = since;
  do {
    for await (const line of logLines(container, { follow: true, since: from, signal })) {
      from = justAfter(line.time);
      yield line;
    }
  } while (await runsAgain(container, signal));
}

/** A nanosecond after a time as the engine writes it, as it takes one: `1735689600.000000001`. */
export function justAfter(time: string): string {
  const [seconds = "", places = ""] = time.replace("Z", "").split(".");
  const nanoseconds =
    BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(places.padEnd(9, "0")) + 1n;
  return nanoseconds.toString().replace(/\d{9}$/, ".$&");
}

async function runsAgain(container: Docker.Container, signal: AbortSignal): Promise<boolean> {
  try {
    await waitFor(async () => (await container.inspect()).State.Running || undefined, {
      what: "the container to start again",
      limitMs: longestWaitMs,
      signal,
    });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
