/** Steps as plain lines, for a file, a pipe or a log: one when a step starts and one when it ends, without control characters. */
import { writeAmount } from "./amount.ts";
import type { Display, Severity, Step } from "./steps.ts";
import { beginning, duration, fullTitle } from "./step-words.ts";

/** Milliseconds between two signs of life of a long step. */
const heartbeatMs = 15_000;

export class LinesDisplay implements Display {
  readonly #write: (line: string) => void;
  readonly #timers = new Map<Step, NodeJS.Timeout>();
  /** The detail that was printed last. */
  readonly #told = new Map<Step, string>();

  /** @param write gets each line without its end */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  begins(step: Step): void {
    this.#write(`${beginning(step, fullTitle(step))} ...`);
    const timer = setInterval(() => {
      this.#beat(step);
    }, heartbeatMs);
    // What is shown must not decide how long the process lives.
    timer.unref();
    this.#timers.set(step, timer);
  }

  changes(step: Step): void {
    const { detail } = step;
    if (detail === undefined || this.#told.get(step) === detail) return;
    this.#told.set(step, detail);
    this.#write(`${fullTitle(step)}: ${detail}`);
  }

  ends(step: Step): void {
    clearInterval(this.#timers.get(step));
    this.#timers.delete(step);
    this.#told.delete(step);
    const { state, action } = step;
    const outcome = state === "done" && action !== undefined ? ` ${action.done}` : `: ${state}`;
    this.#write(`${fullTitle(step)}${outcome} after ${duration(step.seconds)}`);
  }

  note(text: string, severity: Severity): void {
    this.#write(severity === "warning" ? `warning: ${text}` : text);
  }

  /** While a part of a step runs, the lines about the part show that it is alive. */
  #beat(step: Step): void {
    if (step.parts.some(({ state }) => state === "running")) return;
    const { amount } = step;
    const far = amount === undefined ? "" : `: ${writeAmount(amount)}`;
    this.#write(
      `... still running after ${duration(step.seconds)}: ${beginning(step, fullTitle(step))}${far}`,
    );
  }
}
