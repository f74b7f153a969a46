/** The containers of a network as the engine has them, whether they run or not. */
import type Docker from "dockerode";

import { throwEngineError } from "../../engine/engine-error.ts";
import { hostSilence } from "../../engine/fleet.ts";
import { isStackContainer, label, labelFilter } from "../../engine/labels.ts";

export interface MemberContainer {
  /** Of the node, or of the service. */
  readonly name: string;
  readonly isNode: boolean;
  /** As the engine calls it: `running`, `exited`, `paused`; `gone` when somebody removed it. */
  readonly state: string;
  /** Why nobody knows, in words: its host does not answer. */
  readonly unknown?: string | undefined;
  /** Undefined when it is gone or unknown. */
  readonly container: Docker.Container | undefined;
}

interface Called {
  readonly name: string;
  readonly containerName: string;
  /** Name of its host. Left out: the only one. */
  readonly host?: string | undefined;
}

/**
 * All of them in the order in which they are named.
 * @param id in the labels of all that the network has on the engine
 * @param nodes that there must be, and how their containers are called; likewise services
 */
export async function containersOf(
  docker: Docker,
  id: string,
  nodes: readonly Called[],
  services: readonly Called[] = [],
): Promise<MemberContainer[]> {
  const filters = labelFilter({ [label.stackId]: id });
  const listed = await docker.listContainers({ all: true, filters }).catch(throwEngineError);
  // By its name: one that somebody made by hand of a commit of a node has the node's labels.
  const found = new Map(
    listed
      .filter(({ Labels }) => isStackContainer(Labels))
      .map((container) => [container.Names[0]?.slice(1), container]),
  );
  return [...nodes, ...services].map(({ name, containerName, host }, index) => {
    const container = found.get(containerName);
    return {
      name,
      isNode: index < nodes.length,
      state: container?.State ?? "gone",
      unknown: hostSilence(docker, host),
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
