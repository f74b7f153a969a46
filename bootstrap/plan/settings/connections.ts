/** Who is connected to whom, by a shape's name or pair by pair. */
import { createHash } from "node:crypto";

import { type Edge, fullMesh, reachedFrom } from "../../nodes/peers.ts";

/** Shape → its edges. In each edge the node that is declared earlier comes first. */
const shapes = {
  mesh: fullMesh,
  line,
  ring: (names: readonly string[]): Edge[] => [...line(names), ...closing(names)],
  star: ([hub = "", ...others]: readonly string[]): Edge[] => others.map((other) => [hub, other]),
  random,
};

/** As many as bitcoind opens by itself on a public network, and dials at most by `-addnode`. */
export const outbound = 8;

export type Shape = keyof typeof shapes;

export const shapeNames = Object.keys(shapes) as Shape[];

/** @param names of the nodes, in the order of their declaration, all different */
export function edgesOf(
  connect: Shape | readonly (readonly string[])[],
  names: readonly string[],
): Edge[] {
  if (typeof connect === "string") return shapes[connect](names);
  return connect.map(([a = "", b = ""]) => (names.indexOf(a) < names.indexOf(b) ? [a, b] : [b, a]));
}

/** The names of those that cannot be reached from the first. */
export function apart(names: readonly string[], edges: readonly Edge[]): string[] {
  const [first = ""] = names;
  const reached = reachedFrom(
    first,
    edges.map(([name, to]) => ({ name, to: [to] })),
  );
  return names.filter((name) => !reached.has(name));
}

function line(names: readonly string[]): Edge[] {
  return names.slice(1).map((name, index): Edge => [names[index] ?? "", name]);
}

/** From the last back to the first, unless they are neighbours. */
function closing(names: readonly string[]): Edge[] {
  const [first = "", last = ""] = [names[0], names.at(-1)];
  return names.length > 2 ? [[first, last]] : [];
}

/**
 * Each node dials eight of those that are declared before it, the same ones everywhere: those for which the hash of
 * both names is smallest. One more at the end of the list changes nothing for the others.
 */
function random(names: readonly string[]): Edge[] {
  return names.flatMap((name, index) => {
    const ranked = names
      .slice(0, index)
      .map((earlier) => ({ earlier, rank: rankOf(earlier, name) }))
      .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
    return ranked.slice(0, outbound).map(({ earlier }): Edge => [earlier, name]);
  });
}

function rankOf(a: string, b: string): string {
  return createHash("sha256").update(`${a} ${b}`).digest("hex");
}
