/** One action at a time, which ends by itself whether somebody still listens to it or not. */
import { messageOf } from "../../base/message.ts";
import type { NodesContext } from "../../bootstrap/nodes/on-nodes.ts";
import { lineStream } from "./line-stream.ts";
import type { ActionLine, ActionName } from "./protocol.ts";

export class ActionRunner implements AsyncDisposable {
  readonly #end = new AbortController();
  #running: { readonly name: ActionName; readonly done: Promise<void> } | undefined;

  /** Of the action that runs. */
  get running(): ActionName | undefined {
    return this.#running?.name;
  }

  /**
   * Starts it, and tells how it goes in lines of JSON.
   * @param work returns what came of it
   * @param ended called when it is over
   */
  run(
    name: ActionName,
    work: (context: NodesContext) => Promise<string>,
    ended: () => void,
  ): ReadableStream<Uint8Array> {
    if (this.#running !== undefined) throw new Error(`${this.#running.name} is still running`);
    const lines = new ActionLines();
    const status = (text: string): void => {
      lines.status(text);
    };
    const done = work({ signal: this.#end.signal, status, info: status })
      .then(
        (text): ActionLine => ({ type: "result", text }),
        (error: unknown): ActionLine => ({ type: "error", message: messageOf(error) }),
      )
      .then((line) => {
        this.#running = undefined;
        lines.last(line);
        ended();
      });
    this.#running = { name, done };
    return lines.stream;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort(new Error("the explorer was closed"));
    await this.#running?.done;
  }
}

/** Of what it does it tells the latest, to one who reads slowly; what came of it in any case. */
class ActionLines {
  #status: string | undefined;
  #last: ActionLine | undefined;
  #told = false;
  #wake: (() => void) | undefined;

  readonly stream = lineStream(
    () => this.#next(),
    () => {
      this.last({ type: "status", text: "" });
    },
  );

  status(text: string): void {
    this.#status = text;
    this.#wake?.();
  }

  last(line: ActionLine): void {
    this.#last ??= line;
    this.#wake?.();
  }

  async #next(): Promise<string | undefined> {
    for (;;) {
      if (this.#status !== undefined) {
        const line: ActionLine = { type: "status", text: this.#status };
        this.#status = undefined;
        return JSON.stringify(line);
      }
      if (this.#told) return undefined;
      if (this.#last !== undefined) {
        this.#told = true;
        return JSON.stringify(this.#last);
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
