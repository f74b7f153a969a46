/** The config key `connect`: who is connected to whom. */
import type { Edge } from "../../nodes/peers.ts";
import { fullMesh } from "../../nodes/peers.ts";
import type { Problems } from "./problems.ts";

/** Shape → its edges. In each edge the node that is declared earlier comes first. */
const shapes: Readonly<Record<string, (names: readonly string[]) => Edge[]>> = {
  mesh: fullMesh,
  line,
  ring: (names) => [...line(names), ...closing(names)],
  star: ([hub = "", ...others]) => others.map((other): Edge => [hub, other]),
};

export const shapeNames = Object.keys(shapes);

/** @param names of the nodes, in the order of their declaration, all different */
export function readConnect(raw: unknown, names: readonly string[], problems: Problems): Edge[] {
  if (typeof raw === "string" && Object.hasOwn(shapes, raw)) return shapes[raw]?.(names) ?? [];
  if (!Array.isArray(raw)) {
    const allowed = `give ${shapeNames.join(", ")}, or a list of pairs of names`;
    problems.refuse("connect", raw, allowed);
    return [];
  }
  const edges: Edge[] = [];
  (raw as unknown[]).forEach((pair, index) => {
    const edge = readPair(pair, `connect[${index}]`, names, problems);
    if (edge === undefined) return;
    const same = edges.findIndex(([a, b]) => a === edge[0] && b === edge[1]);
    if (same < 0) edges.push(edge);
    else problems.refuse(`connect[${index}]`, pair, "another one is the same pair");
  });
  if (edges.length === raw.length) refuseParts(names, edges, problems);
  return edges;
}

function line(names: readonly string[]): Edge[] {
  return names.slice(1).map((name, index): Edge => [names[index] ?? "", name]);
}

/** From the last back to the first, unless they are neighbours. */
function closing(names: readonly string[]): Edge[] {
  const [first = "", last = ""] = [names[0], names.at(-1)];
  return names.length > 2 ? [[first, last]] : [];
}

function readPair(
  raw: unknown,
  key: string,
  names: readonly string[],
  problems: Problems,
): Edge | undefined {
  const pair: readonly unknown[] = Array.isArray(raw) ? raw : [];
  const [a, b] = pair;
  if (pair.length !== 2 || typeof a !== "string" || typeof b !== "string") {
    problems.refuse(key, raw, "give the names of two nodes");
    return undefined;
  }
  const stranger = [a, b].find((name) => !names.includes(name));
  if (stranger !== undefined) {
    problems.refuse(key, raw, `there is no node "${stranger}"; there are ${names.join(", ")}`);
    return undefined;
  }
  if (a === b) {
    problems.refuse(key, raw, "no node is connected to itself");
    return undefined;
  }
  return names.indexOf(a) < names.indexOf(b) ? [a, b] : [b, a];
}

/** Blocks and payments must reach every node. */
function refuseParts(names: readonly string[], edges: readonly Edge[], problems: Problems): void {
  const [first = ""] = names;
  const reached = new Set([first]);
  // A set goes on with what is added to it on the way.
  for (const at of reached) {
    for (const [a, b] of edges) {
      if (a === at) reached.add(b);
      if (b === at) reached.add(a);
    }
  }
  const apart = names.filter((name) => !reached.has(name));
  if (apart.length === 0) return;
  problems.add(
    `connect: nothing leads from ${first} to ${apart.join(", ")}; every node must be reached, over others or directly`,
  );
}
