/** Removing what an interrupted run made on the engine and never recorded. */
import type Docker from "dockerode";

import { type OwnedThing, ownedThings, unrecorded } from "../bootstrap/leftovers.ts";
import { label, labelFilter } from "../engine/labels.ts";
import type { Deployment } from "./stack.ts";

/** The stack's random id; `undefined` when the stack made nothing yet. */
export function stackIdOf({ resources = [] }: Deployment): string | undefined {
  const claim = resources.find(({ type }) => type === "regtest:index:Claim");
  return claim?.outputs?.["stackId"] as string | undefined;
}

/**
 * Removes what carries the stack's id and is not in its state.
 * @returns a line for each
 */
export async function removeLeftovers(
  docker: Docker,
  stackId: string,
  { resources = [] }: Deployment,
): Promise<string[]> {
  const removed: string[] = [];
  for (const { what, id, name } of unrecorded(await ownedThings(docker, stackId), resources)) {
    await removers[what](docker, id);
    removed.push(`${what} ${name}`);
  }
  return removed;
}

const removers: Record<OwnedThing["what"], (docker: Docker, id: string) => Promise<unknown>> = {
  container: (docker, id) => docker.getContainer(id).remove({ force: true, v: true }),
  network: (docker, id) => docker.getNetwork(id).remove(),
  image: (docker, id) => docker.getImage(id).remove({ force: true }),
};

/** Removes the intermediate images of the image's build, unless another stack would build with them. */
export async function removeBuildCache(docker: Docker): Promise<void> {
  const inUse = await docker.listImages({ filters: labelFilter({ [label.kind]: "image" }) });
  if (inUse.length > 0) return;
  const filters = labelFilter({ [label.kind]: "build-cache" });
  // An interrupted build leaves the container that it was working in.
  const stopped = { ...filters, status: ["created", "exited"] };
  for (const { Id } of await docker.listContainers({ all: true, filters: stopped })) {
    await docker.getContainer(Id).remove({ force: true });
  }
  const dangling = { ...filters, dangling: ["true"] };
  for (const { Id } of await docker.listImages({ filters: dangling })) {
    await docker.getImage(Id).remove();
  }
}
