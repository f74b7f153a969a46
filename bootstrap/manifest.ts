/** What must be true of a network that was started from a snapshot; every image of it carries the whole. */
import type { ChainFacts } from "./bootstrap.ts";
import type { Funded } from "./funding.ts";

/** The label that holds a snapshot's manifest, as JSON. */
export const manifestLabel = "regtest-network.manifest";

export interface Manifest {
  /** Version of this format. */
  readonly format: 1;
  /** Name of the snapshot. */
  readonly snapshot: string;
  readonly chain: "regtest";
  readonly facts: ChainFacts;
  /** Who was paid, where, and by which transaction. */
  readonly funded: readonly Funded[];
  /** `-version` of each node, as in 290400. */
  readonly bitcoindVersions: Readonly<Record<string, number>>;
  /** Node's name → id of the image that its container was made from. */
  readonly baseImages: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. */
  readonly created: string;
}
