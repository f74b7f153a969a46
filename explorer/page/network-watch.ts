/** Looks at a network again and again, while somebody wants to know. */
import { setTimeout as sleep } from "node:timers/promises";

import { messageOf } from "../../base/message.ts";
import { joinSignals } from "../../base/wait.ts";
import type { StatusReport } from "../../bootstrap/status/report.ts";
import type { PageNetwork } from "./page-network.ts";
import type { NetworkView } from "./protocol.ts";

/** Milliseconds from one look to the next. */
const everyMs = 1_000;
/** Likewise where something has changed: blocks may come by the hundred. */
const leastMs = 200;
/** How many times as long as a look the pause after it is: a busy node has other things to do. */
const restFor = 4;

export interface NetworkWatcher {
  /** It is not as it was, but for the time. */
  readonly changed: () => void;
  /** Why it could not be looked at; undefined: it could. */
  readonly looked: (problem: string | undefined) => void;
}

export class NetworkWatch {
  readonly #network: PageNetwork;
  readonly #watcher: NetworkWatcher;
  readonly #signal: AbortSignal;
  #pause = new AbortController();
  #running: AbortController | undefined;
  #due = false;
  #seen: string | undefined;
  #view: NetworkView | undefined;

  /** @param signal ends it */
  constructor(network: PageNetwork, watcher: NetworkWatcher, signal: AbortSignal) {
    this.#network = network;
    this.#watcher = watcher;
    this.#signal = signal;
  }

  /** As it was last seen; undefined before the first look. */
  get view(): NetworkView | undefined {
    return this.#view;
  }

  start(): void {
    if (this.#running !== undefined) return;
    this.#running = new AbortController();
    void this.#run(joinSignals(this.#running.signal, this.#signal));
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    // What is told first to the next one who asks is not of an hour ago.
    this.#view = undefined;
    this.#seen = undefined;
  }

  /** Looks at once, or once the look that is under way has ended. */
  lookNow(): void {
    this.#due = true;
    this.#pause.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      this.#due = false;
      const start = performance.now();
      try {
        const report = await this.#network.look(signal);
        if (isOver()) return;
        this.#note(report);
        this.#watcher.looked(undefined);
      } catch (error) {
        if (isOver()) return;
        this.#watcher.looked(messageOf(error));
      }
      const took = performance.now() - start;
      await pause(Math.max(leastMs - took, Math.min(restFor * took, everyMs)), signal);
      if (this.#isDue()) continue;
      this.#pause = new AbortController();
      await pause(start + everyMs - performance.now(), joinSignals(this.#pause.signal, signal));
    }
  }

  /** Something may have changed since the last look began. */
  #isDue(): boolean {
    return this.#due;
  }

  #note(status: StatusReport): void {
    const { title, node, actions } = this.#network;
    const seen = JSON.stringify({ ...status, time: "" });
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#view = { title, node, status, actions: actionNames(actions) };
    this.#watcher.changed();
  }
}

function actionNames(actions: PageNetwork["actions"]): NetworkView["actions"] {
  return Object.keys(actions) as (keyof typeof actions)[];
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
