/** Compares the declared connections with the actual ones. */
import { type Edge, fullMesh, type SeenPeer } from "../nodes/peers.ts";
import type { Connection, OtherPeer } from "./report.ts";

/** Node's name → its peers; undefined for one that does not answer. */
export type Seen = ReadonlyMap<string, readonly SeenPeer[] | undefined>;

/** Node's name → those that it dials by itself; none for one that does not answer. */
export type Dials = ReadonlyMap<string, readonly string[] | undefined>;

/** In the order of the names. @param names of all nodes */
export function connections(
  names: readonly string[],
  declared: readonly Edge[],
  seen: Seen,
  dials: Dials = new Map(),
): Connection[] {
  const keys = new Set(declared.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  return fullMesh(names).flatMap((pair): Connection[] => {
    const [a, b] = pair;
    const isDeclared = keys.has(`${a} ${b}`);
    const askable = pair.filter((name) => seen.get(name) !== undefined);
    const peersOf = (from: string, to: string): readonly SeenPeer[] =>
      seen.get(from)?.filter(({ name }) => name === to) ?? [];
    const [ab, ba] = [peersOf(a, b), peersOf(b, a)];
    const seenBy = [...(ab.length > 0 ? [a] : []), ...(ba.length > 0 ? [b] : [])];
    if (!isDeclared && seenBy.length === 0) return [];
    const state = stateOf(askable.length, seenBy.length);
    const aDialled = ab.some(({ inbound }) => !inbound) || ba.some(({ inbound }) => inbound);
    const bDialled = ba.some(({ inbound }) => !inbound) || ab.some(({ inbound }) => inbound);
    return [
      {
        nodes: pair,
        declared: isDeclared,
        state: state === "missing" && isCut(pair, dials) ? "cut" : state,
        dialledBy: [...(aDialled ? [a] : []), ...(bDialled ? [b] : [])],
        seenBy,
      },
    ];
  });
}

/** Two of whom neither is to dial the other any more: see cut-peers.ts. */
function isCut([a, b]: Edge, dials: Dials): boolean {
  const [ofA, ofB] = [dials.get(a), dials.get(b)];
  return ofA !== undefined && ofB !== undefined && !ofA.includes(b) && !ofB.includes(a);
}

function stateOf(askable: number, seenBy: number): Connection["state"] {
  if (askable === 0) return "unknown";
  if (seenBy === 0) return "missing";
  return seenBy === askable ? "connected" : "half";
}

/** Peers that are none of the named. */
export function otherPeers(seen: Seen): OtherPeer[] {
  return [...seen].flatMap(([node, peers = []]) =>
    peers
      .filter(({ name }) => name === undefined)
      .map(({ agent, address, inbound }) => ({ node, agent, address, inbound })),
  );
}
