/** Steps for programs: one JSON object on each line. docs/progress.md has the fields. */
import type { Display, Severity, Step } from "./steps.ts";
import { fullTitle } from "./step-words.ts";

export class JsonDisplay implements Display {
  readonly #write: (object: object) => void;

  constructor(write: (object: object) => void) {
    this.#write = write;
  }

  begins(step: Step): void {
    this.#tell(step);
  }

  changes(step: Step): void {
    this.#tell(step);
  }

  ends(step: Step): void {
    this.#tell(step);
  }

  note(text: string, severity: Severity): void {
    this.#write({ type: "note", severity, text });
  }

  #tell(step: Step): void {
    const { title, within, action, state, amount, detail } = step;
    this.#write({
      type: "step",
      step: title,
      ...(within && { within: fullTitle(within) }),
      ...(action && { action: state === "done" ? action.done : action.doing }),
      state,
      ...amount,
      ...(detail !== undefined && { detail }),
      ...(state !== "running" && { seconds: Number(step.seconds.toFixed(3)) }),
    });
  }
}
