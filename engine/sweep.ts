import type Docker from "dockerode";

import { labelFilter } from "./labels.ts";

/** Removes the containers, running or not, and then the networks that carry all of these labels. */
export async function removeContainersAndNetworks(
  docker: Docker,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const filters = labelFilter(labels);
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(
    containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })),
  );
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
}
