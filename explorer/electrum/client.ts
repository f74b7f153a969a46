/** One client of the server: its connection, what it has subscribed to, and what it has yet to be told. */
import type { Socket } from "node:net";

import type { ChainIndex } from "../index/chain-index.ts";
import { headerAtTip } from "./methods/block-methods.ts";
import type { Method, Session } from "./methods/method.ts";
import type { Subscriber, Subscriptions } from "./subscriptions.ts";
import { type Answer, Connection } from "./wire/connection.ts";
import { ElectrumCode, ElectrumError } from "./wire/electrum-error.ts";
import type { ElectrumLimits } from "./wire/limits.ts";

/** What all clients share. */
export interface Served {
  readonly index: ChainIndex;
  readonly methods: ReadonlyMap<string, Method>;
  readonly subscriptions: Subscriptions;
  readonly limits: ElectrumLimits;
  /** Brings the index up to date, if the node is there. */
  readonly refresh: () => Promise<void>;
}

export class Client implements Session, Subscriber {
  identified = false;
  readonly #connection: Connection;
  readonly #served: Served;
  readonly #scripts = new Set<string>();
  /** Changes that it has not been told of. */
  readonly #news = new Set<string>();
  #newTip = false;
  #telling = false;

  constructor(socket: Socket, served: Served) {
    this.#served = served;
    this.#connection = new Connection(socket, () => this.#answering(), served.limits);
  }

  /** Serves the client until one of both closes the connection. */
  async serve(): Promise<void> {
    try {
      await this.#connection.run();
    } finally {
      const { subscriptions } = this.#served;
      subscriptions.unfollowTips(this);
      for (const scripthash of this.#scripts) subscriptions.unfollow(this, scripthash);
    }
  }

  close(): void {
    this.#connection.close();
  }

  followTips(): void {
    this.#served.subscriptions.followTips(this);
  }

  follow(scripthash: string): string | null {
    const { subscriptions: most } = this.#served.limits;
    if (this.#scripts.size >= most && !this.#scripts.has(scripthash)) {
      const message = `a connection can subscribe to ${most} script hashes`;
      throw new ElectrumError(ElectrumCode.EXCESSIVE_USE, message);
    }
    this.#scripts.add(scripthash);
    return this.#served.subscriptions.follow(this, scripthash);
  }

  unfollow(scripthash: string): boolean {
    this.#served.subscriptions.unfollow(this, scripthash);
    this.#news.delete(scripthash);
    return this.#scripts.delete(scripthash);
  }

  tipChanged(): void {
    this.#newTip = true;
    void this.#tell();
  }

  scriptChanged(scripthash: string): void {
    this.#news.add(scripthash);
    void this.#tell();
  }

  /** For one line: its requests see the chain and the mempool as the node has them by then. */
  #answering(): Answer {
    let fresh: Promise<void> | undefined;
    return async (name, params) => {
      const method = this.#served.methods.get(name);
      if (method === undefined) {
        throw new ElectrumError(ElectrumCode.METHOD_NOT_FOUND, `unknown method "${name}"`);
      }
      if (!name.startsWith("server.")) await (fresh ??= this.#served.refresh());
      return await method(params, this);
    };
  }

  /** What changes again before a slow client has read of it is told once. */
  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    const connection = this.#connection;
    const { index, subscriptions } = this.#served;
    // Changes of one moment come one by one, and the tip first.
    await Promise.resolve();
    while ((this.#newTip || this.#news.size > 0) && !connection.closed) {
      if (!connection.hasRoom) await connection.room();
      else if (this.#newTip) {
        this.#newTip = false;
        connection.notify("blockchain.headers.subscribe", [headerAtTip(index)]);
      } else {
        const [scripthash = ""] = this.#news;
        this.#news.delete(scripthash);
        const status = subscriptions.statusOf(scripthash);
        connection.notify("blockchain.scripthash.subscribe", [scripthash, status]);
      }
    }
    this.#telling = false;
  }
}
