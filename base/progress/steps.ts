/** Records which steps run, which have ended and how long they took; a {@link Display} shows them. */
import { printable } from "../printable.ts";
import { type Amount, everyMs, readStatus } from "./amount.ts";

/** Reports what the set-up does while it runs. */
export interface Progress {
  /** A long step: its title at once, a sign of life while it runs, how far it is where `work` counts, and how long it took. */
  step<T>(title: string, work: (count: (amount: Amount) => void) => Promise<T>): Promise<T>;
  /** One line, such as why the next step takes another way. */
  note(text: string): void;
}

export type Severity = "info" | "warning";

/** Shows steps to somebody. */
export interface Display {
  begins(step: Step): void;
  /** Its amount or its detail is another. */
  changes(step: Step): void;
  ends(step: Step): void;
  note(text: string, severity: Severity): void;
}

export interface StepOptions {
  /** The step that it is a part of. */
  readonly within?: Step | undefined;
  /** What is being done to what the title names, and what was done in the end. Default: the title says it. */
  readonly action?: { readonly doing: string; readonly done: string } | undefined;
  /** How far it is already. */
  readonly amount?: Amount | undefined;
}

export class Step {
  readonly title: string;
  readonly within: Step | undefined;
  readonly action: StepOptions["action"];
  /** Its parts, in the order in which they began. */
  readonly parts: Step[] = [];
  state: "running" | "done" | "failed" = "running";
  /** How far it is. */
  amount: Amount | undefined;
  /** What it does at the moment. */
  detail: string | undefined;
  readonly #display: Display;
  readonly #began = performance.now();
  #ended: number | undefined;

  constructor(display: Display, title: string, { within, action, amount }: StepOptions = {}) {
    this.title = printable(title);
    this.within = within;
    this.action = action;
    this.amount = amount;
    this.#display = display;
    within?.parts.push(this);
    display.begins(this);
  }

  /** Seconds that it has run, or ran. */
  get seconds(): number {
    return ((this.#ended ?? performance.now()) - this.#began) / 1000;
  }

  /** After its end it changes nothing. */
  update({ amount, detail }: { readonly amount?: Amount; readonly detail?: string }): void {
    if (this.state !== "running") return;
    if (amount !== undefined) this.amount = amount;
    if (detail !== undefined) this.detail = detail === "" ? undefined : printable(detail);
    this.#display.changes(this);
  }

  /** Ends it, and with it the parts that still run. Said again, it changes nothing. */
  end(state: "done" | "failed"): void {
    if (this.state !== "running") return;
    for (const part of this.parts) part.end(state);
    const { amount } = this;
    if (state === "done" && amount?.of !== undefined) this.amount = { ...amount, done: amount.of };
    this.state = state;
    this.detail = undefined;
    this.#ended = performance.now();
    this.#display.ends(this);
  }
}

export class Steps implements Progress {
  readonly #display: Display;

  constructor(display: Display) {
    this.#display = display;
  }

  begin(title: string, options?: StepOptions): Step {
    return new Step(this.#display, title, options);
  }

  async step<T>(title: string, work: (count: (amount: Amount) => void) => Promise<T>): Promise<T> {
    const step = this.begin(title);
    let next = 0;
    const count = (amount: Amount): void => {
      if (performance.now() < next) return;
      next = performance.now() + everyMs;
      step.update({ amount });
    };
    try {
      const result = await work(count);
      step.end("done");
      return result;
    } finally {
      step.end("failed");
    }
  }

  note(text: string, severity: Severity = "info"): void {
    this.#display.note(printable(text), severity);
  }
}

/**
 * Steps one after the other, for work that names each by a line of text when it begins, and counts in more
 * of them. A line that comes after the end of the sequence, or of what it is within, begins nothing: work
 * that failed may still have a stream open that tells of its bytes.
 */
export class Sequence {
  readonly #steps: Steps;
  readonly #within: Step | undefined;
  #current: Step | undefined;
  #ended = false;

  constructor(steps: Steps, within?: Step) {
    this.#steps = steps;
    this.#within = within;
  }

  /** An empty text ends the step and begins none. */
  status(text: string): void {
    if (this.#ended || (this.#within !== undefined && this.#within.state !== "running")) return;
    const { title, amount } = readStatus(text);
    if (this.#current?.title === printable(title)) {
      if (amount !== undefined) this.#current.update({ amount });
      return;
    }
    this.#current?.end("done");
    this.#current = undefined;
    if (title === "") return;
    this.#current = this.#steps.begin(title, { within: this.#within, amount });
  }

  /** Nothing more comes. */
  end(state: "done" | "failed"): void {
    this.#current?.end(state);
    this.#ended = true;
  }
}

/** Runs `work`, each of whose lines is a step. */
export async function inSequence<T>(
  steps: Steps,
  work: (status: (text: string) => void) => Promise<T>,
): Promise<T> {
  const sequence = new Sequence(steps);
  try {
    const result = await work((text) => {
      sequence.status(text);
    });
    sequence.end("done");
    return result;
  } finally {
    sequence.end("failed");
  }
}
