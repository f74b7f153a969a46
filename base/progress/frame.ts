/** What a step looks like on a terminal. */
import { stripVTControlCharacters, styleText } from "node:util";

import cliTruncate from "cli-truncate";

import { type Amount, writeAmount } from "./amount.ts";
import type { Step } from "./steps.ts";
import { beginning, duration } from "./step-words.ts";

/** Anything that {@link styleText} can ask whether it shows colours. */
export type Stream = NodeJS.WriteStream;

const frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
/** Columns of a bar. A narrower one tells less than its numbers do. */
const bar = { least: 8, most: 24 };

/** NO_COLOR, FORCE_COLOR and what the terminal can show are Node's to heed. */
function styled(stream: Stream, format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream });
}

/** A step that has ended, and below it its parts: one line each, to stay. */
export function endedLines(stream: Stream, step: Step, depth = 0): string[] {
  const { state, action, title, parts, seconds } = step;
  const mark = state === "done" ? styled(stream, "green", "✔") : styled(stream, "red", "✖");
  const outcome = state === "failed" ? " failed" : action === undefined ? "" : ` ${action.done}`;
  const head = `${"  ".repeat(depth)}${mark} ${title}${outcome}`;
  return [
    fitted(stream, head, styled(stream, "dim", duration(seconds))),
    ...parts.flatMap((part) => endedLines(stream, part, depth + 1)),
  ];
}

/** A step that runs, and below it its parts, each in one line of the terminal. */
export function runningLines(stream: Stream, step: Step, tick: number, depth = 0): string[] {
  if (step.state !== "running") return endedLines(stream, step, depth);
  return [
    runningLine(stream, step, tick, depth),
    ...step.parts.flatMap((part) => runningLines(stream, part, tick, depth + 1)),
  ];
}

function runningLine(stream: Stream, step: Step, tick: number, depth: number): string {
  const { amount, detail, seconds } = step;
  const spinner = styled(stream, "cyan", frames[tick % frames.length] ?? "");
  const head = `${"  ".repeat(depth)}${spinner} ${beginning(step)}`;
  const time = styled(stream, "dim", duration(seconds));
  const tail = amount === undefined ? time : `${writeAmount(amount)}  ${time}`;
  const room = columnsOf(stream) - width(`${head}    ${tail}`);
  const drawn = amount === undefined ? "" : drawnBar(stream, amount, room);
  const line = fitted(stream, head, drawn + tail);
  return detail === undefined ? line : cut(`${line}  ${styled(stream, "dim", detail)}`, stream);
}

/** With the space behind it; nothing where there is no room for it. */
function drawnBar(stream: Stream, { done, of }: Amount, room: number): string {
  if (of === undefined || room < bar.least) return "";
  const columns = Math.min(room, bar.most);
  const full = Math.round((Math.min(done, of) / Math.max(of, 1)) * columns);
  const [begun, open] = ["█".repeat(full), "░".repeat(columns - full)];
  return `${styled(stream, "cyan", begun)}${styled(stream, "dim", open)}  `;
}

/** One line of the terminal: what has no room of `head` is cut off, and `tail` stays whole as long as it can. */
function fitted(stream: Stream, head: string, tail: string): string {
  const room = Math.max(columnsOf(stream) - width(tail) - 2, 1);
  return cut(`${cliTruncate(head, room)}  ${tail}`, stream);
}

function cut(line: string, stream: Stream): string {
  return cliTruncate(line, columnsOf(stream));
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function columnsOf({ columns }: Stream): number {
  return columns > 0 ? columns : 80;
}
