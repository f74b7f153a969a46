import { LinesDisplay } from "./lines.ts";
import { Steps } from "./steps.ts";

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
const terminal = isTerminal(process.stderr) ? await import("./terminal.ts") : undefined;

/** Drawn on a terminal that can do so, elsewhere in lines. Nothing is written while nothing runs. */
export function streamProgress(stream: ProgressStream): Steps {
  return new Steps(
    terminal !== undefined && isTerminal(stream)
      ? new terminal.TerminalDisplay(stream)
      : new LinesDisplay((line) => void stream.write(`${line}\n`)),
  );
}
