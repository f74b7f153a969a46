/** What an interrupted run made on the engine and never recorded. */
import type Docker from "dockerode";

import { keptUnder } from "../bootstrap/snapshots/names.ts";
import { type Kind, label, labelFilter } from "../engine/labels.ts";
import type { Deployment } from "./stack.ts";

/** The stack's random id; `undefined` when the stack made nothing yet. */
export function stackIdOf({ resources = [] }: Deployment): string | undefined {
  const claim = resources.find(({ type }) => type === "regtest:index:Claim");
  return claim?.outputs?.["stackId"] as string | undefined;
}

const ownKinds = new Set<string | undefined>(["node", "temporary"] satisfies Kind[]);

/**
 * Removes what carries the stack's id and is not in its state: first the containers, which hold the rest.
 * @returns a line for each
 */
export async function removeLeftovers(
  docker: Docker,
  stackId: string,
  deployment: Deployment,
): Promise<string[]> {
  // Ids appear as such and within other properties: as an image's id, or in a list of images.
  const recorded = JSON.stringify(deployment.resources ?? []);
  const isRecorded = (id: string): boolean => recorded.includes(id);
  const filters = labelFilter({ [label.stackId]: stackId });
  const removed: string[] = [];

  for (const { Id, Names, Labels } of await docker.listContainers({ all: true, filters })) {
    // One that somebody started by hand from a snapshot has the snapshot's labels.
    if (isRecorded(Id) || !ownKinds.has(Labels[label.kind])) continue;
    await docker.getContainer(Id).remove({ force: true, v: true });
    removed.push(`container ${Names[0]?.slice(1) ?? Id}`);
  }
  for (const { Id, Name } of await docker.listNetworks({ filters })) {
    if (isRecorded(Id)) continue;
    await docker.getNetwork(Id).remove();
    removed.push(`network ${Name}`);
  }
  for (const { Id, RepoTags, Labels } of await docker.listImages({ filters })) {
    // A snapshot that was taken by name, or came from elsewhere, goes with no stack.
    const isKept = RepoTags?.some((tag) => tag.startsWith(keptUnder)) === true;
    if (isRecorded(Id) || isKept || Labels[label.kind] === "named-snapshot") continue;
    await docker.getImage(Id).remove({ force: true });
    removed.push(`image ${RepoTags?.[0] ?? Id}`);
  }
  return removed;
}

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
