/** The containers of a stack as the engine has them, whether the stack came up or not. */
import type Docker from "dockerode";

import { engineError } from "../engine/engine-error.ts";
import { isStackContainer, label, labelFilter } from "../engine/labels.ts";
import { autoMinerName } from "../bootstrap/plan/settings/auto-miner-name.ts";
import type { ClaimedService } from "../provider/regtest/claimed-ports.ts";
import type { ClaimState } from "../provider/regtest/claim-handler.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { networkOf, readState } from "./stack-state.ts";

export interface StackContainer {
  /** Of the node, or of the service. */
  readonly name: string;
  readonly isNode: boolean;
  /** As the engine calls it: `running`, `exited`, `paused`. */
  readonly state: string;
  /** Undefined when somebody removed it. */
  readonly container: Docker.Container | undefined;
}

/**
 * All of them in the order of their declaration.
 * @throws Error that says what to do when the stack has made nothing
 */
export async function stackContainers(
  docker: Docker,
  environment: Environment,
  stack: string,
): Promise<StackContainer[]> {
  const { claim } = networkOf(await readState(environment, stack));
  return await containersOf(docker, claim.stackId, claim.nodes, claimedServices(claim));
}

interface Called {
  readonly name: string;
  readonly containerName: string;
}

/** The services that a claim has. One of version 0.1 knows the auto-miner only by its container. */
export function claimedServices({
  services = [],
  helpers = [],
}: Pick<ClaimState, "services" | "helpers">): (Called & Partial<ClaimedService>)[] {
  return [...services, ...helpers.map((containerName) => ({ name: autoMinerName, containerName }))];
}

/** @param nodes that there must be, and how their containers are called; likewise services */
export async function containersOf(
  docker: Docker,
  stackId: string,
  nodes: readonly Called[],
  services: readonly Called[] = [],
): Promise<StackContainer[]> {
  const filters = labelFilter({ [label.stackId]: stackId });
  const listed = await docker
    .listContainers({ all: true, filters })
    .catch((error: unknown) => Promise.reject(engineError(error)));
  // By its name: one that somebody made by hand of a commit of a node has the node's labels.
  const found = new Map(
    listed
      .filter(({ Labels }) => isStackContainer(Labels))
      .map((container) => [container.Names[0]?.slice(1), container]),
  );
  return [...nodes, ...services].map(({ name, containerName }, index) => {
    const container = found.get(containerName);
    return {
      name,
      isNode: index < nodes.length,
      state: container?.State ?? "gone",
      container: container && docker.getContainer(container.Id),
    };
  });
}

/** @throws Error that names the nodes */
export function containerNamed<T extends { readonly name: string }>(
  containers: readonly T[],
  name: string,
): T {
  const found = containers.find((container) => container.name === name);
  if (found !== undefined) return found;
  const names = containers.map(({ name }) => name).join(", ");
  throw new Error(`there is no node or service "${name}"; there are ${names}`);
}
