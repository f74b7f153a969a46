/** What a stack calls what it makes on the engine. */
import type { CrowdSpec } from "../nodes/crowd.ts";

/** The names that a stack gives, as its claim has them. What has another name is not its own, whatever its labels. */
export interface GivenNames {
  readonly stackId: string;
  readonly prefix: string;
  readonly nodes: readonly GivenToMember[];
  readonly services?: readonly GivenToMember[] | undefined;
  /** Containers that a state of version 0.1 has beside the nodes. */
  readonly helpers?: readonly string[] | undefined;
  /** Left out: there is none. */
  readonly crowd?: CrowdSpec | undefined;
  readonly network: string;
}

interface GivenToMember {
  readonly containerName: string;
  readonly snapshotImage?: string | undefined;
}

/** Names of the containers that a stack may have. */
export function containerNames({
  nodes,
  services = [],
  helpers = [],
}: GivenNames): ReadonlySet<string> {
  return new Set([
    ...[...nodes, ...services].map(({ containerName }) => containerName),
    ...helpers,
  ]);
}

/** What the images that a stack builds are called, up to what tells them apart. */
export function builtImageName(prefix: string): string {
  return `${prefix}regtest-bitcoind`;
}

/** What the image of a service is called, up to what tells it from others. */
export function serviceImageName(prefix: string, service: string): string {
  return `${builtImageName(prefix)}-service-${service}`;
}

/** What a stack's volumes are called, up to what tells them apart. */
export function volumeName(prefix: string, node = ""): string {
  return `${prefix}regtest-data-${node}`;
}
