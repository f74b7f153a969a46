import type { Amount } from "../progress/amount.ts";
import { LinesDisplay } from "../progress/lines.ts";
import { Steps } from "../progress/steps.ts";

/** Tells a person what a set-up does while it does it. */
export interface Progress {
  /** A long step: its title at once, a sign of life while it runs, how far it is where `work` counts, and how long it took. */
  step<T>(title: string, work: (count: (amount: Amount) => void) => Promise<T>): Promise<T>;
  /** One line, such as why the next step takes another way. */
  note(text: string): void;
}

/** Where progress is written: stderr, or a stand-in for it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Whether lines can be written over. */
function isTerminal(stream: ProgressStream): stream is NodeJS.WriteStream {
  return stream.isTTY === true && process.env["TERM"] !== "dumb";
}

/** Where nobody sees a drawing, its libraries are not loaded: that takes 50 ms. */
const terminal = isTerminal(process.stderr) ? await import("../progress/terminal.ts") : undefined;

/** Drawn on a terminal that can do so, elsewhere in lines. Nothing is written while nothing runs. */
export function streamProgress(stream: ProgressStream): Steps {
  return new Steps(
    terminal !== undefined && isTerminal(stream)
      ? new terminal.TerminalDisplay(stream)
      : new LinesDisplay((line) => void stream.write(`${line}\n`)),
  );
}
