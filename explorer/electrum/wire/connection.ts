/** One client's connection: requests are read as fast as the client reads the answers. */
import type { Socket } from "node:net";

import { ElectrumCode, ElectrumError, toldAs } from "./electrum-error.ts";
import {
  failure,
  idOf,
  notification,
  type Params,
  readLine,
  readRequest,
  result,
} from "./json-rpc.ts";
import type { ElectrumLimits } from "./limits.ts";
import { LineSplitter } from "./lines.ts";

/** Answers a request: its result, or an error, see {@link toldAs}. */
export type Answer = (method: string, params: Params) => Promise<unknown>;

interface Told {
  /** Undefined: nobody asked to be answered. */
  readonly text: string | undefined;
  /** Whether the connection ends with it. */
  readonly last: boolean;
}

/** Milliseconds that a client has to read the last answer. */
const lastAnswerMs = 1_000;

export class Connection {
  readonly #socket: Socket;
  readonly #answering: () => Answer;
  readonly #limits: ElectrumLimits;
  /** What is being worked on. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #waitingForRoom: (() => void)[] = [];
  /** Runs while there is something that the client has not read. */
  #unread: NodeJS.Timeout | undefined;

  /** @param answering Gives what answers the requests of one line. */
  constructor(socket: Socket, answering: () => Answer, limits: ElectrumLimits) {
    this.#socket = socket;
    this.#answering = answering;
    this.#limits = limits;
    socket.setNoDelay(true);
    const onRoom = (): void => {
      clearTimeout(this.#unread);
      this.#unread = undefined;
      for (const resolve of this.#waitingForRoom.splice(0)) resolve();
    };
    socket.on("drain", onRoom);
    socket.on("close", onRoom);
    // A client may go at any time, which ends its connection and nothing else.
    socket.on("error", () => undefined);
  }

  /** Reads requests until there are no more, and ends when all of them are answered. */
  async run(): Promise<void> {
    const lines = new LineSplitter(this.#limits.lineBytes);
    try {
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
        for (const line of lines.push(chunk as Buffer)) {
          if (this.closed) return;
          if (line !== "") await this.#begin(readLine(line));
        }
      }
      await Promise.all(this.#underWay);
    } catch (error) {
      // What the socket fails with is no news to the other end.
      if (error instanceof ElectrumError) this.#send(failure(null, error));
    } finally {
      this.#end();
      // Bytes that nobody read would take the last answer back.
      this.#socket.resume();
    }
  }

  /** Whether the client has read what was sent, but for what the buffers on the way hold. */
  get hasRoom(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** Whether nothing more can be sent. */
  get closed(): boolean {
    return !this.#socket.writable;
  }

  /** Waits until {@link hasRoom} or {@link closed}. */
  async room(): Promise<void> {
    while (!this.hasRoom && !this.closed) {
      await new Promise<void>((resolve) => {
        this.#waitingForRoom.push(resolve);
      });
    }
  }

  notify(method: string, params: readonly unknown[]): void {
    this.#send(notification(method, params));
  }

  close(): void {
    this.#socket.destroy();
  }

  async #begin(message: unknown): Promise<void> {
    await this.room();
    while (this.#underWay.size >= this.#limits.inFlight) await Promise.race(this.#underWay);
    const answer = this.#answering();
    const work = Array.isArray(message)
      ? this.#batch(message, answer)
      : answerTo(message, answer).then((told) => {
          this.#tell(told);
        });
    const underWay = work.finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }

  /** One request after the other, so that a batch takes no more of the node at once than a request does. */
  async #batch(batch: readonly unknown[], answer: Answer): Promise<void> {
    const { batch: most, answerBytes } = this.#limits;
    if (batch.length === 0 || batch.length > most) {
      const said = `a batch has 1 to ${most} requests, not ${batch.length}`;
      this.#send(failure(null, new ElectrumError(ElectrumCode.INVALID_REQUEST, said)));
      return;
    }
    const answers: string[] = [];
    let bytes = 0;
    let last = false;
    for (const message of batch) {
      const told = bytes > answerBytes ? tooLong(message) : await answerTo(message, answer);
      if (told.text !== undefined) answers.push(told.text);
      bytes += told.text?.length ?? 0;
      last ||= told.last;
    }
    this.#tell({ text: answers.length > 0 ? `[${answers.join(",")}]` : undefined, last });
  }

  #tell({ text, last }: Told): void {
    if (text !== undefined) this.#send(text);
    if (last) this.#end();
  }

  #send(text: string): void {
    if (this.closed || this.#socket.write(`${text}\n`)) return;
    // From the first that was not read: a client that reads slowly has no more time than one that does not.
    this.#unread ??= setTimeout(() => {
      this.close();
    }, this.#limits.unreadMs);
  }

  /** Ends the connection when all is sent, and a moment later whatever the client does. */
  #end(): void {
    if (this.closed) return;
    this.#socket.end(() => {
      const timeout = setTimeout(() => {
        this.close();
      }, lastAnswerMs);
      this.#socket.on("close", () => {
        clearTimeout(timeout);
      });
    });
  }
}

async function answerTo(message: unknown, answer: Answer): Promise<Told> {
  try {
    const { id, method, params } = readRequest(message);
    const value = answer(method, params);
    // Without an id nobody wants to know what came of it.
    if (id !== undefined) return { text: result(id, await value), last: false };
    await value.catch(() => undefined);
    return { text: undefined, last: false };
  } catch (error) {
    const told = toldAs(error);
    return { text: failure(idOf(message), told), last: told.last };
  }
}

function tooLong(message: unknown): Told {
  const said = "the answer to the batch is too long: ask for less at once";
  const error = new ElectrumError(ElectrumCode.EXCESSIVE_USE, said);
  return { text: failure(idOf(message), error), last: false };
}
