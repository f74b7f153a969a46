/**
 * The labels on everything that the project makes on an engine. Whatever is cleaned up is found by
 * them, never by its name.
 */
export const label = {
  /** Random id of the stack that made it; two checkouts may both have a stack `dev`. */
  stackId: "regtest-network.id",
  /** The stack's name, for people. */
  stack: "regtest-network.stack",
  kind: "regtest-network.kind",
  /** Name of the node: `alice`, `miner`. */
  node: "regtest-network.node",
  /** Name of the snapshot that an image is part of. */
  snapshot: "regtest-network.snapshot",
  /** Digest of the chain that a node was made for. */
  chain: "regtest-network.chain",
  /** On an image of bitcoind: the signal by which it takes up a reset, see images/bitcoind/entrypoint.sh. */
  reset: "regtest-network.reset",
  /** The process that a thing goes with, see owner.ts. */
  owner: "regtest-network.owner",
  /** When a thing may go that has no such process, in seconds since 1970. */
  expires: "regtest-network.expires",
} as const;

export type Kind =
  | "node"
  | "auto-miner"
  | "network"
  | "image"
  | "snapshot"
  | "named-snapshot"
  | "base"
  | "temporary";

/** The labels of something that belongs to one stack. */
export function stackLabels(stackId: string, stack: string, kind: Kind): Record<string, string> {
  return { [label.stackId]: stackId, [label.stack]: stack, [label.kind]: kind };
}

/** Filters for the engine's list calls: all of the given labels. */
export function labelFilter(labels: Record<string, string>): { label: string[] } {
  return { label: Object.entries(labels).map(([name, value]) => `${name}=${value}`) };
}
