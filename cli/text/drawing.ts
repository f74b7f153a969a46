/** Who is connected to whom, drawn with characters. */
import { stripVTControlCharacters } from "node:util";

import type { Connection, NodeStatus, StatusReport } from "../../bootstrap/status/report.ts";
import type { Paint } from "./paint.ts";

/** Nobody reads more lines than these: then one line counts those that are as declared. */
const mostLines = 16;

/**
 * @param width columns that no line may be longer than
 * @param most connections that are drawn; where there are more, those that are as declared are counted
 */
export function drawing(
  { nodes, connections, otherPeers }: Pick<StatusReport, "nodes" | "connections" | "otherPeers">,
  width: number,
  paint: Paint,
  most = mostLines,
): string[] {
  const crowded = connections.length > most;
  const shown = crowded ? connections.filter((one) => !isAsDeclared(one)) : connections;
  const lines = [
    ...(crowded ? [counted(nodes, connections)] : []),
    ...trees(shown.slice(0, mostLines), nodes, paint),
    ...(shown.length > mostLines ? [`… and ${shown.length - mostLines} more: --json has all`] : []),
    ...otherPeers.map(
      ({ node, agent, address, inbound }) =>
        `${node} ${inbound ? "◀──" : "──▶"} ${agent} at ${address}, outside the stack`,
    ),
    ...(crowded ? [] : lonely(nodes, connections)),
  ];
  return lines.map((line) => clipped(line, width));
}

function isAsDeclared({ declared, state }: Connection): boolean {
  return declared && state === "connected";
}

/** All that is as declared, in one line. */
function counted(nodes: readonly NodeStatus[], connections: readonly Connection[]): string {
  const names = new Set(nodes.map(({ name }) => name));
  const between = connections.filter((one) => one.nodes.every((name) => names.has(name)));
  const declared = between.filter((one) => one.declared).length;
  const there = between.filter(isAsDeclared).length;
  const mesh = declared === (nodes.length * (nodes.length - 1)) / 2;
  return (
    `${nodes.length} nodes, ${there} of ${declared} declared connections` +
    (mesh ? " (every pair)" : "")
  );
}

/** Below each node those that are declared after it. */
function trees(
  connections: readonly Connection[],
  nodes: readonly NodeStatus[],
  paint: Paint,
): string[] {
  const groups = [...Map.groupBy(connections, ({ nodes: [from] }) => from)];
  const wide = Math.max(0, ...groups.map(([from]) => from.length));
  const branches = groups.some(([, group]) => group.length > 1);
  return groups.flatMap(([from, group]) =>
    group.map((connection, index) => {
      const first = index === 0;
      const last = index === group.length - 1;
      const fork = !branches ? "" : first ? (last ? "─ " : "┬ ") : last ? "└ " : "├ ";
      const text = `${(first ? from : "").padEnd(wide)} ${fork}${arrow(connection)} ${connection.nodes[1]}`;
      const note = noteOn(connection, nodes);
      return note === "" ? text : paint("red", `${text}   ${note}`);
    }),
  );
}

/** Points from the one that dialled. */
function arrow({ nodes: [a, b], state, dialledBy }: Connection): string {
  if (state === "missing" || state === "cut") return "╌╌╌";
  if (state === "unknown") return "???";
  return (dialledBy.includes(b) ? "◀" : "─") + "─" + (dialledBy.includes(a) ? "▶" : "─");
}

function noteOn(
  { nodes: pair, declared, state, seenBy }: Connection,
  nodes: readonly NodeStatus[],
): string {
  switch (state) {
    case "missing": {
      const why = nodes.find(({ name, height }) => pair.includes(name) && height === undefined);
      return why === undefined ? "missing" : `missing (${why.name}: ${shortState(why)})`;
    }
    case "cut":
      return "cut on purpose";
    case "unknown":
      return "unknown: neither answers";
    case "half":
      return `only ${seenBy.join()} sees it`;
    case "connected":
      return declared ? "" : "not declared";
  }
}

/** In a word or two. */
export function shortState({ state, problem, height }: NodeStatus): string {
  if (state !== "running") return state;
  return height === undefined && problem !== undefined ? "no answer" : state;
}

function lonely(nodes: readonly NodeStatus[], connections: readonly Connection[]): string[] {
  const drawn = new Set(connections.flatMap(({ nodes }) => nodes));
  return nodes
    .filter(({ name, peers }) => !drawn.has(name) && (peers ?? 0) === 0)
    .map(({ name }) => `${name}   alone`);
}

/** Colours have no width and come whole: a line that is too long loses them. */
export function clipped(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= width ? line : `${plain.slice(0, width - 1)}…`;
}
