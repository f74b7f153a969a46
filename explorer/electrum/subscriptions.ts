/** Who is told of which changes. */
import type { ChainIndex, IndexChange } from "../index/chain-index.ts";
import { indexKey, scriptStatus } from "./methods/script-history.ts";

/** A client, which is told that something has changed, and then looks at it here. */
export interface Subscriber {
  tipChanged(): void;
  scriptChanged(scripthash: string): void;
}

interface Watched {
  /** As clients write it. */
  readonly scripthash: string;
  readonly subscribers: Set<Subscriber>;
  status: string | null;
}

export class Subscriptions implements Disposable {
  readonly #index: ChainIndex;
  readonly #ofTips = new Set<Subscriber>();
  /** By the hash that the index has. */
  readonly #ofScripts = new Map<string, Watched>();
  #following: Disposable | undefined;

  constructor(index: ChainIndex) {
    this.#index = index;
  }

  followTips(subscriber: Subscriber): void {
    this.#ofTips.add(subscriber);
    this.#followIndex();
  }

  /** Returns the status that the script's history has now. */
  follow(subscriber: Subscriber, scripthash: string): string | null {
    const key = indexKey(scripthash);
    let watched = this.#ofScripts.get(key);
    if (watched === undefined) {
      watched = { scripthash, subscribers: new Set(), status: this.#statusOf(key) };
      this.#ofScripts.set(key, watched);
    }
    watched.subscribers.add(subscriber);
    this.#followIndex();
    return watched.status;
  }

  unfollow(subscriber: Subscriber, scripthash: string): void {
    const key = indexKey(scripthash);
    const watched = this.#ofScripts.get(key);
    watched?.subscribers.delete(subscriber);
    if (watched?.subscribers.size === 0) this.#ofScripts.delete(key);
    this.#leaveIndex();
  }

  unfollowTips(subscriber: Subscriber): void {
    this.#ofTips.delete(subscriber);
    this.#leaveIndex();
  }

  /** Of a script that somebody follows. */
  statusOf(scripthash: string): string | null {
    return this.#ofScripts.get(indexKey(scripthash))?.status ?? null;
  }

  [Symbol.dispose](): void {
    this.#ofTips.clear();
    this.#ofScripts.clear();
    this.#leaveIndex();
  }

  /** The index looks at its node again and again while it is followed: not without need. */
  #followIndex(): void {
    this.#following ??= this.#index.follow((change) => {
      this.#tell(change);
    });
  }

  #leaveIndex(): void {
    if (this.#ofTips.size + this.#ofScripts.size > 0) return;
    this.#following?.[Symbol.dispose]();
    this.#following = undefined;
  }

  #tell({ connected, disconnected, scripts }: IndexChange): void {
    if (connected.length + disconnected.length > 0)
      for (const subscriber of this.#ofTips) subscriber.tipChanged();
    for (const [key, watched] of this.#ofScripts) {
      // A parent's block changes the height of what is still in the mempool, whose scripts need not be the parent's.
      const waits = connected.length > 0 && this.#index.history(key)?.unconfirmed !== undefined;
      if (!scripts.has(key) && !waits) continue;
      const status = this.#statusOf(key);
      if (status === watched.status) continue;
      watched.status = status;
      for (const subscriber of watched.subscribers) subscriber.scriptChanged(watched.scripthash);
    }
  }

  #statusOf(key: string): string | null {
    return scriptStatus(this.#index.history(key));
  }
}
