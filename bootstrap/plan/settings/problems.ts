import { inspect } from "node:util";

import { printableLine } from "../../../base/printable.ts";
import { excerpt } from "../../rpc/rpc-errors.ts";

/** In characters: what is allowed may name every node. */
const longestLine = 5_000;
/** How much of a value a line shows, in characters. */
const longestValue = 200;

/** What is wrong with a configuration, one line for each value: its key, the value, and what is allowed. */
export class Problems {
  readonly lines: string[] = [];

  /** @param key as a person finds it, such as `nodes[1].name` */
  refuse(key: string, value: unknown, allowed: string): void {
    this.add(`${key}: ${shown(value)} is not allowed; ${allowed}`);
  }

  /** A problem whose value must not be told, or that has none. */
  add(line: string): void {
    this.lines.push(excerpt(printableLine(line), longestLine));
  }
}

/** A list element that is not there has no JSON text, and what is nested very deep none that can be written. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    text = inspect(value, { depth: 2, breakLength: Infinity });
  }
  return excerpt(text, longestValue);
}
