/** A client of the Electrum protocol that sends what a test says, line by line, and hides nothing of the answers. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

import { waitFor } from "../../base/wait.ts";

export interface Answer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Notification {
  readonly method: string;
  readonly params: readonly unknown[];
}

export class ElectrumLines implements Disposable {
  readonly socket: Socket;
  /** Lines that were no notifications, as they came. */
  readonly answers: (Answer | Answer[])[] = [];
  readonly notifications: Notification[] = [];
  #lastId = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    const lines = createInterface({ input: socket });
    // What becomes of the connection, tests look at.
    for (const emitter of [socket, lines]) emitter.on("error", () => undefined);
    lines.on("line", (line) => {
      const message = JSON.parse(line) as Answer | Answer[] | Notification;
      if ("method" in message) this.notifications.push(message);
      else this.answers.push(message);
    });
  }

  /** @param url `tcp://HOST:PORT` */
  static async connect(url: string): Promise<ElectrumLines> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    await once(socket, "connect");
    return new ElectrumLines(socket);
  }

  send(line: string): void {
    this.socket.write(`${line}\n`);
  }

  /** The result. @throws Error with code and message that the server answers */
  async ask<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T> {
    const { result, error } = await this.exchange(method, params);
    if (error !== undefined) throw new Error(`${error.code}: ${error.message}`);
    return result as T;
  }

  async exchange(method: string, params: unknown): Promise<Answer> {
    const id = ++this.#lastId;
    this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return await this.#next(`the answer to ${method}`, (answer) =>
      Array.isArray(answer) || answer.id !== id ? undefined : answer,
    );
  }

  /** The answer to a line, of a client that has nothing else under way. */
  async answerTo(line: string): Promise<Answer | Answer[]> {
    const { length } = this.answers;
    this.send(line);
    return await this.#next("an answer", (answer, at) => (at < length ? undefined : answer));
  }

  /** The results of one batch, in the order of the requests. */
  async batch(method: string, params: readonly (readonly unknown[])[]): Promise<Answer[]> {
    const requests = params.map((params) => ({ id: ++this.#lastId, method, params }));
    const answers = await this.answerTo(JSON.stringify(requests));
    if (!Array.isArray(answers)) throw new Error(JSON.stringify(answers));
    return requests.map(({ id }) => answers.find((answer) => answer.id === id) ?? {});
  }

  /** Params of the first notification with this method that fits. */
  async notified(
    method: string,
    fits: (params: readonly unknown[]) => boolean,
  ): Promise<readonly unknown[]> {
    return await waitFor(
      () => {
        const own = this.notifications.filter((notification) => notification.method === method);
        const found = own.find(({ params }) => fits(params));
        return Promise.resolve(found?.params ?? { pending: JSON.stringify(own.slice(-3)) });
      },
      { what: `a notification of ${method}`, limitMs: 30_000 },
    );
  }

  /** Waits until the server has closed the connection. */
  async closed(): Promise<void> {
    await waitFor(
      () => Promise.resolve(this.socket.readableEnded || this.socket.destroyed || undefined),
      {
        what: "the server to close the connection",
        limitMs: 30_000,
      },
    );
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  async #next<T>(
    what: string,
    pick: (answer: Answer | Answer[], at: number) => T | undefined,
  ): Promise<T> {
    const found = await waitFor(
      () => {
        for (const [at, answer] of this.answers.entries()) {
          const picked = pick(answer, at);
          if (picked !== undefined) return Promise.resolve({ picked });
        }
        const { destroyed } = this.socket;
        if (destroyed) throw new Error(`the connection was closed before ${what}`);
        return Promise.resolve(undefined);
      },
      { what, limitMs: 30_000, everyMs: 2, maxEveryMs: 20 },
    );
    return found.picked;
  }
}
