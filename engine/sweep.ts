import type Docker from "dockerode";

import { engineError, isConflict, isNotFound, unlessStatus } from "./errors.ts";
import { label, labelFilter } from "./labels.ts";
import { isAbandoned } from "./owner.ts";

const unlessGone = unlessStatus(404);

/**
 * Removes the containers, running or not, and then the networks that carry all of these labels.
 * @returns how many there were
 */
export async function removeContainersAndNetworks(
  docker: Docker,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const filters = labelFilter(labels);
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id)));
  const networks = await docker.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => removeNetwork(docker, Id)));
  return containers.length + networks.length;
}

/**
 * Removes what processes that are gone left behind, and what has outlived its time. What belongs to
 * a process that lives is never touched, whoever's it is.
 */
export async function sweepAbandoned(docker: Docker): Promise<void> {
  // Everything that is there for a time has a time at which it goes.
  const filters = { label: [label.expires] };
  const containers = await docker.listContainers({ all: true, filters });
  const forgotten = containers.filter(({ Labels }) => isAbandoned(Labels));
  await Promise.all(forgotten.map(({ Id }) => removeContainer(docker, Id)));
  const networks = await docker.listNetworks({ filters });
  const empty = networks.filter(({ Labels }) => isAbandoned(Labels ?? {}));
  await Promise.all(empty.map(({ Id }) => removeNetwork(docker, Id)));
}

async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (isNotFound(error)) return;
    if (!isConflict(error)) throw engineError(error);
    // Somebody else is removing it: its network can go when it is gone.
    await container.wait({ condition: "removed" }).catch(unlessGone);
  }
}

async function removeNetwork(docker: Docker, id: string): Promise<void> {
  await docker.getNetwork(id).remove().catch(unlessGone);
}
