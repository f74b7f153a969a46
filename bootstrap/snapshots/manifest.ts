/** What must be true of a network that was started from a snapshot. Every image of a snapshot carries the whole of it. */
import type { ChainFacts } from "../facts.ts";
import type { Funded } from "../funding.ts";
import type { Role } from "../node.ts";
import type { Edge } from "../peers.ts";

/** The label that holds a snapshot's manifest, as JSON. */
export const manifestLabel = "regtest-network.manifest";

/** Version of the manifest's format. A reader refuses any other. */
export const manifestFormat = 1;

export interface Manifest {
  readonly format: typeof manifestFormat;
  /** Name of the snapshot. */
  readonly snapshot: string;
  readonly chain: "regtest";
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly nodes: readonly NodeManifest[];
  /** Who is connected to whom. */
  readonly connect: readonly Edge[];
  readonly facts: ChainFacts;
  /** Who was paid by the bootstrap, where, and by which transaction. */
  readonly funded: readonly Funded[];
}

export interface NodeManifest {
  readonly name: string;
  readonly role: Role;
  /** bitcoind's version, as in 290400. */
  readonly version: number;
  /** Arguments of bitcoind beside its configuration file, without credentials. */
  readonly arguments: readonly string[];
  /** Id of the image that the node's container was made from. */
  readonly baseImage: string;
  /** Label → addresses, of the node's own wallet. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}
