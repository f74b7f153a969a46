/** A client of the Electrum protocol: a line of JSON for each question, answer and notification. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

import type { Network } from "regtest-network";

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly method?: string;
  readonly params?: unknown[];
}

export class Electrum implements Disposable {
  /** What the server told of subscriptions, `[method, …params]`. */
  readonly notifications: unknown[][] = [];
  readonly #socket: Socket;
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on("line", (line) => {
      this.#take(JSON.parse(line) as Message);
    });
    socket
      .on("error", () => undefined)
      .on("close", () => {
        for (const { reject } of this.#asked.values()) reject(new Error("the server is gone"));
      });
  }

  /** Connects to the network's electrs. */
  static async connect(network: Network): Promise<Electrum> {
    const { hostname, port } = new URL(network.service("electrs").url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new Electrum(socket);
  }

  /** @throws Error with what the server answers, when it rejects the question or is gone */
  async ask<Result>(method: string, ...params: unknown[]): Promise<Result> {
    const id = ++this.#lastId;
    const asked = Promise.withResolvers<unknown>();
    this.#asked.set(id, asked);
    this.#socket.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return (await asked.promise) as Result;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #take({ id, result, error, method, params = [] }: Message): void {
    if (method !== undefined) this.notifications.push([method, ...params]);
    if (id === undefined) return;
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(JSON.stringify(error)));
  }
}
