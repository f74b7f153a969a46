/** Steps on a terminal: running steps are redrawn at the bottom, finished ones stay above. */
import { createLogUpdate } from "log-update";

import { columnsOf, endedLines, runningLines, type Stream } from "./frame.ts";
import type { Display, Severity, Step } from "./steps.ts";

/** Milliseconds between two frames. */
const frameMs = 100;

export class TerminalDisplay implements Display {
  readonly #stream: Stream;
  readonly #draw: ReturnType<typeof createLogUpdate>;
  /** Those that are part of no other. */
  readonly #running = new Set<Step>();
  #timer: NodeJS.Timeout | undefined;
  #tick = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
    // One of unknown size says 0, and a line of no columns has a character on each.
    this.#draw = createLogUpdate({
      isTTY: true,
      get columns() {
        return columnsOf(stream);
      },
      get rows() {
        return rowsOf(stream);
      },
      write: (text: string) => stream.write(text),
    } as unknown as NodeJS.WritableStream);
  }

  begins(step: Step): void {
    if (step.within === undefined) this.#running.add(step);
    // What is shown must not decide how long the process lives.
    this.#timer ??= setInterval(() => {
      this.#tick += 1;
      this.#frame();
    }, frameMs).unref();
    this.#frame();
  }

  /** The next frame shows it. */
  changes(): void {
    // Nothing at once: a count may change more often than somebody can read.
  }

  ends(step: Step): void {
    if (!this.#running.delete(step)) return;
    this.#persist(endedLines(this.#stream, step).join("\n"));
  }

  note(text: string, severity: Severity): void {
    this.#persist(severity === "warning" ? `warning: ${text}` : text);
  }

  #persist(text: string): void {
    this.#draw.persist(text);
    if (this.#running.size > 0) {
      this.#frame();
      return;
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
    // Shows the cursor again. When the process ends before, the library does so all the same.
    this.#draw.done();
  }

  #frame(): void {
    const lines = [...this.#running].flatMap((step) =>
      runningLines(this.#stream, step, this.#tick),
    );
    // What was drawn and has left the screen could not be drawn over.
    this.#draw(lines.slice(-Math.max(1, rowsOf(this.#stream) - 1)).join("\n"));
  }
}

function rowsOf({ rows }: Stream): number {
  return rows > 0 ? rows : 24;
}
