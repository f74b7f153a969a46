/** The containers of a stack as the engine has them, whether the stack came up or not. */
import type Docker from "dockerode";

import { engineError } from "../engine/engine-error.ts";
import { isStackContainer, label, labelFilter } from "../engine/labels.ts";
import { autoMinerName } from "../bootstrap/plan/settings/auto-miner-name.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { networkOf, readState } from "./stack-state.ts";

export interface StackContainer {
  /** Of the node, or of the auto-miner. */
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
  const { stackId, nodes } = networkOf(await readState(environment, stack)).claim;
  return await containersOf(docker, stackId, nodes);
}

/** @param nodes that there must be, and how their containers are called */
export async function containersOf(
  docker: Docker,
  stackId: string,
  nodes: readonly { readonly name: string; readonly containerName: string }[],
): Promise<StackContainer[]> {
  const filters = labelFilter({ [label.stackId]: stackId });
  const listed = await docker
    .listContainers({ all: true, filters })
    .catch((error: unknown) => Promise.reject(engineError(error)));
  // By its name: one that somebody made by hand of a commit of a node has the node's labels.
  const given = new Map(nodes.map(({ name, containerName }) => [containerName, name]));
  const nameOf = ({ Names: [name = ""], Labels }: Docker.ContainerInfo): string | undefined =>
    Labels[label.kind] === "auto-miner" ? autoMinerName : given.get(name.slice(1));
  const found = new Map(
    listed
      .filter(({ Labels }) => isStackContainer(Labels))
      .map((container) => [nameOf(container), container]),
  );
  const helpers = found.has(autoMinerName) ? [autoMinerName] : [];
  return [...nodes.map(({ name }) => name), ...helpers].map((name) => {
    const container = found.get(name);
    return {
      name,
      isNode: name !== autoMinerName,
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
  throw new Error(`there is no node "${name}"; the nodes are ${names}`);
}
