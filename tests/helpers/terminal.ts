/** A command in a real terminal (script(1) of util-linux makes it), and what the screen shows in the end. */
import xterm from "@xterm/headless";

import { ProcessGroup } from "./process-group.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What whoever runs the tests may have to say of colours. */
const ofColours = ["FORCE_COLOR", "NO_COLOR", "CI"];

/**
 * Starts a command in a terminal of that size. No word may need quotes.
 * @param env of colours, what is in it alone counts
 */
export function startInTerminal(
  words: readonly string[],
  { columns, rows }: TerminalSize,
  env: Readonly<Record<string, string>> = {},
): ProcessGroup {
  const unset = ofColours.filter((name) => !(name in env)).flatMap((name) => ["-u", name]);
  const line = ["env", ...unset, ...words].join(" ");
  const command = `stty columns ${columns} rows ${rows} && exec ${line}`;
  return ProcessGroup.startInTerminal([command], { TERM: "xterm-256color", ...env });
}

export interface Screen {
  /** All lines, those that have left the screen too, as long as the terminal is wide. */
  readonly lines: readonly string[];
  readonly cursorVisible: boolean;
}

/** What a terminal of that size shows when it was written this. */
export async function render(written: string, { columns, rows }: TerminalSize): Promise<Screen> {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 10_000,
    allowProposedApi: true,
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  terminal.write(written, () => {
    resolve(undefined);
  });
  await promise;
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true) ?? "",
  );
  const end = lines.findLastIndex((line) => line !== "") + 1;
  const shown = written.lastIndexOf("\x1b[?25h");
  const hidden = written.lastIndexOf("\x1b[?25l");
  terminal.dispose();
  return { lines: lines.slice(0, end), cursorVisible: shown >= hidden };
}
