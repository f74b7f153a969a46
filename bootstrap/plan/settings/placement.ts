/** Which node is on which host. */
import { createHash } from "node:crypto";

import type { GivenHost } from "./host-schema.ts";

interface Placeable {
  readonly name: string;
  readonly host?: string | undefined;
}

/** What a host without a capacity counts for beside others, in nodes. */
const usualCapacity = 100;

/**
 * The name of each node's host: its own `host`, else the one that the hash of both names ranks first, weighted by
 * capacity, and the next where that is full (rendezvous hashing). So a host that comes or goes moves only the nodes
 * that it gets or had: one that moves leaves its wallets behind. Without hosts: undefined for all.
 */
export function placed(
  nodes: readonly Placeable[],
  hosts: readonly GivenHost[],
): readonly (string | undefined)[] {
  if (hosts.length === 0) return nodes.map(() => undefined);
  const counts = new Map(hosts.map(({ name }) => [name, 0]));
  const place = (host: string): string => {
    counts.set(host, (counts.get(host) ?? 0) + 1);
    return host;
  };
  for (const { host } of nodes) if (host !== undefined) place(host);
  const hasRoom = ({ name, capacity = Infinity }: GivenHost): boolean =>
    (counts.get(name) ?? 0) < capacity;
  return nodes.map(({ name, host }) => {
    if (host !== undefined) return host;
    const ranked = hosts.toSorted((a, b) => rankOf(name, b) - rankOf(name, a));
    return place((ranked.find(hasRoom) ?? ranked[0])?.name ?? "");
  });
}

/** Higher is sooner: a share of nodes as large as the share of the capacity ranks the host first. */
function rankOf(node: string, { name, capacity = usualCapacity }: GivenHost): number {
  const hash = createHash("sha256").update(`${node} ${name}`).digest();
  // Between 0 and 1, neither of both.
  const uniform = (hash.readUInt32BE() + 0.5) / 2 ** 32;
  return -capacity / Math.log(uniform);
}
