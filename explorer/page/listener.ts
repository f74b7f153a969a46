/** Somebody who listens to the page's events, and what they have not been told yet. */

/** How many hashes or txids an event has at most. */
export const mostNamed = 1_000;

/** What all listeners are told: each kind as it is now, as a line of JSON or a part of one. */
export interface Told {
  /** The event without what left the chain and the mempool since the one before. */
  readonly chain: () => string;
  readonly stillGone: (txid: string) => boolean;
  readonly stillDisconnected: (hash: string) => boolean;
  readonly network: () => string | undefined;
}

/**
 * Nothing queues up for one who does not read: of each kind of event it is told the latest once it does, and of what
 * left the chain or the mempool as much as one event has.
 */
export class Listener {
  /** Whether it showed the token. */
  readonly seesNetwork: boolean;
  readonly #told: Told;
  readonly #disconnected = new Set<string>();
  readonly #gone = new Set<string>();
  #chain = false;
  #network = false;
  #problem: string | undefined;
  #alive = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(told: Told, seesNetwork: boolean) {
    this.#told = told;
    this.seesNetwork = seesNetwork;
  }

  /** The chain is another, or is to be told once more. */
  chain(disconnected: Iterable<string> = [], gone: Iterable<string> = []): void {
    addUpTo(mostNamed, this.#disconnected, disconnected);
    addUpTo(mostNamed, this.#gone, gone);
    this.#chain = true;
    this.#wake?.();
  }

  network(): void {
    this.#network = this.seesNetwork;
    this.#wake?.();
  }

  /** @param message undefined: there is none any more */
  problem(message: string | undefined): void {
    this.#problem = message;
    this.#wake?.();
  }

  alive(): void {
    this.#alive = true;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The next line, once there is one; undefined at the end. */
  async next(): Promise<string | undefined> {
    while (!this.#ended) {
      const line = this.#take();
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return undefined;
  }

  #take(): string | undefined {
    if (this.#chain) {
      this.#chain = false;
      return this.#chainLine();
    }
    if (this.#network) {
      this.#network = false;
      const network = this.#told.network();
      if (network !== undefined) return network;
    }
    if (this.#problem !== undefined) {
      const message = this.#problem;
      this.#problem = undefined;
      return JSON.stringify({ type: "problem", message });
    }
    if (!this.#alive) return undefined;
    this.#alive = false;
    return '{"type":"alive"}';
  }

  #chainLine(): string {
    const { chain, stillGone, stillDisconnected } = this.#told;
    const disconnected = [...this.#disconnected].filter(stillDisconnected);
    const gone = [...this.#gone].filter(stillGone);
    this.#disconnected.clear();
    this.#gone.clear();
    const left = `"disconnected":${JSON.stringify(disconnected)},"gone":${JSON.stringify(gone)}`;
    return `{"type":"chain","chain":${chain()},${left}}`;
  }
}

function addUpTo(most: number, to: Set<string>, more: Iterable<string>): void {
  for (const one of more) {
    if (to.size >= most) return;
    to.add(one);
  }
}
