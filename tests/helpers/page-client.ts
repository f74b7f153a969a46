/** The explorer's page as a program: its events, its actions, and all that its server ever said. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

import { waitFor } from "../../base/wait.ts";
import type { ActionLine, PageEvent } from "../../explorer/page/protocol.ts";

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | undefined;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage["headers"];
}

export class PageClient implements Disposable {
  /** Without the token. */
  readonly url: string;
  readonly token: string;
  /** All answers, headers too, of this client and of its listeners. */
  readonly heard: string[] = [];
  readonly #end = new AbortController();

  /** @param link as the explorer gives it */
  constructor(link: string) {
    const { origin, hash } = new URL(link);
    this.url = origin;
    this.token = hash.slice("#token=".length);
  }

  get shown(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }

  /** With these headers alone, whatever a browser would forbid or add. */
  async ask(asked: Asked): Promise<Answered> {
    const response = await this.#response(asked);
    const answer = await text(response);
    this.heard.push(answer);
    return { status: response.statusCode ?? 0, text: answer, headers: response.headers };
  }

  /** What the action said in the end. @throws Error when it did not start, or failed */
  async act(name: string, args: object): Promise<string> {
    const { status, text } = await this.ask(this.action(name, JSON.stringify(args)));
    if (status !== 200) throw new Error(`${status}: ${text}`);
    const last = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as ActionLine;
    if (last.type === "result") return last.text;
    throw new Error(last.type === "error" ? last.message : "the action did not end");
  }

  action(name: string, body: string): Asked {
    const headers = { ...this.shown, "content-type": "application/json" };
    return { method: "POST", path: `/page/actions/${name}`, headers, body };
  }

  /** @param headers in place of the token's */
  async listen(headers: Record<string, string> = this.shown): Promise<PageListener> {
    const response = await this.#response({ path: "/page/events", headers });
    if (response.statusCode !== 200) throw new Error(String(response.statusCode));
    return new PageListener(response, this.heard);
  }

  /** Asks, and does not read. */
  async #response({ method = "GET", path, headers = {}, body }: Asked): Promise<IncomingMessage> {
    const asking = request(`${this.url}${path}`, { method, headers, signal: this.#end.signal });
    asking.on("error", () => undefined);
    asking.end(body);
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    response.on("error", () => undefined);
    this.heard.push(JSON.stringify(response.headers));
    return response;
  }

  /** Starts an action, and goes away once it has said something. */
  async leave(asked: Asked): Promise<void> {
    const response = await this.#response(asked);
    await once(response, "data");
    response.destroy();
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }
}

type Event<Type extends PageEvent["type"]> = PageEvent & { readonly type: Type };

export class PageListener implements Disposable {
  readonly response: IncomingMessage;
  /** In their order. */
  readonly events: PageEvent[] = [];
  readonly #heard: string[];
  #rest = "";

  constructor(response: IncomingMessage, heard: string[]) {
    this.response = response;
    this.#heard = heard;
  }

  /** From now on. */
  read(): this {
    this.response.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) {
        this.#heard.push(line);
        this.events.push(JSON.parse(line) as PageEvent);
      }
    });
    return this;
  }

  of<Type extends PageEvent["type"]>(type: Type): Event<Type>[] {
    return this.events.filter((event): event is Event<Type> => event.type === type);
  }

  /** The first event for which it is so, also among those that have come; after the first `from`. */
  async until<Type extends PageEvent["type"]>(
    type: Type,
    isSo: (event: Event<Type>) => boolean = () => true,
    from = 0,
  ): Promise<Event<Type>> {
    return await waitFor(
      () => {
        const later = this.events.slice(from) as Event<Type>[];
        const found = later.find((event) => event.type === type && isSo(event));
        const last = this.events.at(-1);
        return Promise.resolve(found ?? { pending: JSON.stringify(last ?? "").slice(0, 300) });
      },
      { what: `an event ${type}`, limitMs: 30_000, everyMs: 5, maxEveryMs: 20 },
    );
  }

  [Symbol.dispose](): void {
    this.response.destroy();
  }
}
