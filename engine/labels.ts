import { randomBytes } from "node:crypto";

/**
 * The labels on everything that the project makes on an engine. Containers inherit the labels of their
 * image, and an image that is committed those of its container: a label finds things, and is no proof
 * of whose they are. What is cleaned up has a name that the project gave it as well.
 */
export const label = {
  /** Random id of the stack that made it; two checkouts may both have a stack `dev`. */
  stackId: "regtest-network.id",
  /** The stack's name, for people. */
  stack: "regtest-network.stack",
  kind: "regtest-network.kind",
  /**
   * Random id of the stack that a snapshot image was taken of. Not {@link label.stackId}, which is empty
   * there: what somebody starts from the image is not the stack's.
   */
  takenOf: "regtest-network.taken-of",
  /** On a stage of a build: what tells it from the stages of other Dockerfiles; none: of images/bitcoind. */
  recipe: "regtest-network.recipe",
  /** Name of the node, or of the service: `alice`, `miner`. */
  node: "regtest-network.node",
  /** On a service, as `true`: it mines by itself, and is stopped while others work on the chain. */
  mines: "regtest-network.mines",
  /** Name of the snapshot that an image is part of. */
  snapshot: "regtest-network.snapshot",
  /** The name that a snapshot's image was given: any other is somebody else's, who tagged it. */
  reference: "regtest-network.reference",
  /** Digest of the chain that a node's volume was made for. */
  chain: "regtest-network.chain",
  /** On an image of bitcoind: the signal that tells it of a reset, see images/bitcoind/entrypoint.sh. */
  reset: "regtest-network.reset",
  /** On a volume: what images' names were before somebody changed them, see bootstrap/snapshots/take/names-noted.ts. */
  names: "regtest-network.names",
  /** Likewise: what repeats the replacing of what a service keeps, see bootstrap/services/replacing.ts. */
  replacing: "regtest-network.replacing",
  /** Likewise: the file in the datadir that its clock is set by, see bootstrap/clock/kept-time.ts. */
  clock: "regtest-network.clock",
  /** On a clone's nodes, as `true`: a block at the present time comes on top of its snapshot. */
  freshBlock: "regtest-network.fresh-block",
  /** The process that a thing goes with, see owner.ts. */
  owner: "regtest-network.owner",
  /** When a thing may go that has no such process, in seconds since 1970. */
  expires: "regtest-network.expires",
} as const;

export type Kind =
  | "node"
  | "service"
  // Of the container that is a service since version 0.2.
  | "auto-miner"
  | "crowd"
  | "network"
  | "volume"
  | "image"
  | "snapshot"
  | "named-snapshot"
  | "base"
  | "temporary";

/** The labels of something that belongs to one stack. */
export function stackLabels(stackId: string, stack: string, kind: Kind): Record<string, string> {
  return { [label.stackId]: stackId, [label.stack]: stack, [label.kind]: kind };
}

const stackContainers = new Set<string | undefined>([
  "node",
  "service",
  "auto-miner",
] satisfies Kind[]);

/** Whether a container with these labels can be one that a stack declares. */
export function isStackContainer(labels: Readonly<Record<string, string>>): boolean {
  return stackContainers.has(labels[label.kind]);
}

/** What the name of a container begins with that is removed by whoever made it, within one operation. */
const passingPrefix = "regtest-passing-";

/** A name for such a container. */
export function passingName(): string {
  return passingPrefix + randomBytes(8).toString("hex");
}

export function isPassingName(name: string): boolean {
  return name.startsWith(passingPrefix);
}

/** The repository of an image that is there for a time only. */
const temporaryRepository = /^regtest-network\/temporary-[0-9a-f]+:latest$/;

export function isTemporaryReference(reference: string): boolean {
  return temporaryRepository.test(reference);
}

/** What the ids of networks without a stack begin with, and so the names of all that they have. */
export const temporaryPrefix = "temporary-";

/** Whether a thing of this name is there for a time only: of a network without a stack, or of one operation. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(temporaryPrefix) || isPassingName(name);
}

/** Filters for the engine's list calls: all of the given labels. */
export function labelFilter(labels: Record<string, string>): { label: string[] } {
  return { label: Object.entries(labels).map(([name, value]) => `${name}=${value}`) };
}
