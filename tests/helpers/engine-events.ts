import { once } from "node:events";

import type Docker from "dockerode";

/**
 * Listens to what an engine tells from now on.
 * @param filters as for `docker events`
 * @returns a wait for the first event that passes them, since then
 */
export async function nextEvent(
  docker: Docker,
  filters: Readonly<Record<string, string[]>>,
): Promise<() => Promise<void>> {
  const stream = await docker.getEvents({ filters: JSON.stringify(filters) });
  const seen = once(stream, "data", { signal: AbortSignal.timeout(120_000) });
  // Whoever waits for it gets the reason.
  seen.catch(() => undefined);
  return async () => {
    try {
      await seen;
    } finally {
      (stream as unknown as { destroy(): void }).destroy();
    }
  };
}
