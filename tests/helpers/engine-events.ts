import type Docker from "dockerode";

/** What an engine tells, as far as tests look at it. */
export interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  /** Id and labels of what it is about, and its name. */
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** A signal that is aborted ("given up") at the next event, see {@link nextEvent}, and the wait for that. */
export async function abortedAt(
  docker: Docker,
  filters: Readonly<Record<string, string[]>>,
): Promise<{ readonly signal: AbortSignal; readonly end: Promise<void> }> {
  const given = new AbortController();
  const event = await nextEvent(docker, filters);
  const end = event().then(() => {
    given.abort(new Error("given up"));
  });
  return { signal: given.signal, end };
}

/**
 * Listens to what an engine tells from now on.
 * @param filters as for `docker events`
 * @param matches Default: whatever passes the filters
 * @returns a wait for the first event that passes both, since then
 */
export async function nextEvent(
  docker: Docker,
  filters: Readonly<Record<string, string[]>>,
  matches: (event: EngineEvent) => boolean = () => true,
): Promise<() => Promise<EngineEvent>> {
  const stream = await docker.getEvents({ filters: JSON.stringify(filters) });
  const { promise, resolve, reject } = Promise.withResolvers<EngineEvent>();
  // Whoever waits for it gets the reason.
  promise.catch(() => undefined);
  const late = setTimeout(() => {
    reject(new Error(`the engine told nothing of ${JSON.stringify(filters)} in ${limitMs} ms`));
  }, limitMs);
  late.unref();
  let rest = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter((line) => line.trim() !== "")) {
      const event = JSON.parse(line) as EngineEvent;
      if (matches(event)) resolve(event);
    }
  });
  stream.on("error", reject);
  return async () => {
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      (stream as unknown as { destroy(): void }).destroy();
    }
  };
}

const limitMs = 120_000;
