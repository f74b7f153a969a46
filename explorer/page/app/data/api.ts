/** Esplora's API, beside the page, and its answers as the page uses them. */
import { useEffect, useRef, useState } from "preact/hooks";

import { version } from "./network.ts";

export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(`/api${path}`, signal === undefined ? {} : { signal });
  const text = await answer.text();
  if (!answer.ok) throw new ApiError(answer.status, text);
  return text;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return JSON.parse(await getText(path, signal)) as T;
}

export interface Loaded<T> {
  /** What was there last; stays while it is read again. */
  readonly data?: T | undefined;
  readonly error?: Error | undefined;
}

/**
 * What `load` gives, read again after each change of the chain, one at a time.
 * @param key of what is read: with another one, what was there is forgotten
 */
export function useLive<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T> & { key: string }>({ key });
  const again = useRef<() => void>(() => undefined);
  const latest = useRef(load);
  latest.current = load;
  const changes = version.value;

  useEffect(() => {
    const control = new AbortController();
    let running = false;
    let stale = false;
    const read = async (): Promise<void> => {
      stale = running;
      if (running) return;
      running = true;
      try {
        const data = await latest.current(control.signal);
        if (!control.signal.aborted) setLoaded({ key, data });
      } catch (error) {
        if (control.signal.aborted) return;
        // What the server does not have is gone; of what it could not say, what it said last stays.
        const isGone = error instanceof ApiError && error.status < 500;
        setLoaded((before) => ({
          key,
          error: error as Error,
          data: isGone || before.key !== key ? undefined : before.data,
        }));
      }
      running = false;
      if (stale && !control.signal.aborted) await read();
    };
    again.current = () => void read();
    return () => {
      control.abort();
      again.current = () => undefined;
    };
  }, [key]);
  useEffect(() => {
    again.current();
  }, [key, changes]);

  return loaded.key === key ? loaded : {};
}
