/** The stream of events, opened again whenever it ends. */
import { signal } from "@preact/signals";

import type { PageEvent } from "../../protocol.ts";
import { jsonLines } from "./lines.ts";
import { network, take } from "./network.ts";
import { authorization, refuseToken, token } from "./token.ts";

/** In milliseconds: the server says something every 15 s. */
const silenceMs = 40_000;
const firstWaitMs = 500;
const longestWaitMs = 15_000;

export type Link =
  | { readonly state: "connecting" | "open" }
  /** @param until when it is tried again, in milliseconds since 1970 */
  | { readonly state: "lost"; readonly until: number };

export const link = signal<Link>({ state: "connecting" });

let current = new AbortController();
let wake: (() => void) | undefined;

/** Ends with the page. */
export async function stayConnected(): Promise<never> {
  let waitMs = firstWaitMs;
  for (;;) {
    current = new AbortController();
    const opened = await listen(current).catch(() => false);
    if (opened === "again") continue;
    waitMs = opened ? firstWaitMs : Math.min(waitMs * 2, longestWaitMs);
    link.value = { state: "lost", until: Date.now() + waitMs };
    await pause(waitMs);
    link.value = { state: "connecting" };
  }
}

/** Tries now instead of after the wait; one that is open starts from the beginning, as with another token. */
export function reconnect(): void {
  current.abort("again");
  wake?.();
}

/** Returns whether something was heard until it ended. */
async function listen(control: AbortController): Promise<boolean | "again"> {
  let heard = false;
  const abort = (): void => {
    control.abort();
  };
  let timer = setTimeout(abort, silenceMs);
  try {
    const answer = await fetch("/page/events", {
      headers: authorization(),
      signal: control.signal,
      cache: "no-store",
    });
    if (answer.status === 401 && token.value !== undefined) {
      refuseToken();
      network.value = undefined;
      return "again";
    }
    if (!answer.ok || answer.body === null) return false;
    for await (const event of jsonLines<PageEvent>(answer.body)) {
      clearTimeout(timer);
      timer = setTimeout(abort, silenceMs);
      heard = true;
      if (link.value.state !== "open") link.value = { state: "open" };
      take(event);
    }
    return heard;
  } catch {
    return control.signal.reason === "again" ? "again" : heard;
  } finally {
    clearTimeout(timer);
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  wake = undefined;
}
