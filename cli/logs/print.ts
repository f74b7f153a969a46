import { once } from "node:events";
import { styleText } from "node:util";

import { printable } from "../../base/printable.ts";
import type { NodeLine } from "./merge.ts";

/** In turn, so that neighbours differ. */
const colours = ["cyan", "yellow", "green", "magenta", "blue"] as const;

/**
 * Prints lines to standard output: behind the node's name, coloured on a terminal, or as JSON.
 * @param names of all nodes, those included of which nothing is printed: a node keeps its colour
 */
export function linePrinter(
  names: readonly string[],
  json: boolean,
): (line: NodeLine) => Promise<void> {
  const { stdout } = process;
  const width = Math.max(...names.map((name) => name.length));
  const prefixes = new Map(
    names.map((name, index) => {
      const text = `${name.padEnd(width)} │`;
      return [name, styleText(colours[index % colours.length] ?? "cyan", text, { stream: stdout })];
    }),
  );
  return async ({ time, node, line }) => {
    const text = json
      ? JSON.stringify({ time, node, line })
      : `${prefixes.get(node) ?? node} ${printable(line)}`;
    if (!stdout.write(`${text}\n`)) await once(stdout, "drain");
  };
}
