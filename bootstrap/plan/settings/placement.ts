/** Which node is on which host. */
import { createHash } from "node:crypto";

import type { GivenHost, HostChoice } from "./host-schema.ts";

interface Placeable {
  readonly name: string;
  readonly host?: HostChoice;
}

/** What a host without a capacity counts for beside others, in nodes. */
const usualCapacity = 100;

/** The hosts that something may be on: that of the name, those with all of the labels, or any. */
export function hostsFor(choice: HostChoice, hosts: readonly GivenHost[]): readonly GivenHost[] {
  if (choice === undefined) return hosts;
  if (typeof choice === "string") return hosts.filter(({ name }) => name === choice);
  const wanted = Object.entries(choice);
  return hosts.filter(({ labels = {} }) => wanted.every(([name, text]) => labels[name] === text));
}

/**
 * The name of each node's host: of those that it may be on the one that the hash of both names ranks first, weighted
 * by capacity, and the next where that is full (rendezvous hashing). So a host that comes or goes moves only the nodes
 * that it gets or had: one that moves leaves its wallets behind. Those with less choice are placed first. Without
 * hosts: undefined for all.
 */
export function placed(
  nodes: readonly Placeable[],
  hosts: readonly GivenHost[],
): readonly (string | undefined)[] {
  const counts = new Map<string, number>();
  const hasRoom = ({ name, capacity = Infinity }: GivenHost): boolean =>
    (counts.get(name) ?? 0) < capacity;
  const homes = new Map<Placeable, string>();
  for (const node of nodes.toSorted((a, b) => freedomOf(a) - freedomOf(b))) {
    const ranked = hostsFor(node.host, hosts).toSorted(
      (a, b) => rankOf(node.name, b) - rankOf(node.name, a),
    );
    const home = (ranked.find(hasRoom) ?? ranked[0])?.name;
    if (home === undefined) continue;
    counts.set(home, (counts.get(home) ?? 0) + 1);
    homes.set(node, home);
  }
  return nodes.map((node) => homes.get(node));
}

function freedomOf({ host }: Placeable): number {
  return ["string", "object", "undefined"].indexOf(typeof host);
}

/** Higher is sooner: a share of nodes as large as the share of the capacity ranks the host first. */
function rankOf(node: string, { name, capacity = usualCapacity }: GivenHost): number {
  const hash = createHash("sha256").update(`${node} ${name}`).digest();
  // Between 0 and 1, neither of both.
  const uniform = (hash.readUInt32BE() + 0.5) / 2 ** 32;
  return -capacity / Math.log(uniform);
}
