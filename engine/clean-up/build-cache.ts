/** What builds leave on the engine beside the images that they are for. */
import type Docker from "dockerode";

import { unlessStatus } from "../engine-error.ts";
import { label, labelFilter } from "../labels.ts";
import { sweepAbandonedImages } from "./sweep.ts";

/** Somebody has removed it, or builds with it at this moment. */
const unlessTaken = unlessStatus(404, 409);

/** Seconds in which a build may still be at work on what it has made. */
const buildTime = 600;

/**
 * Removes of the stages of builds what no build will go on from: while there is any image that is built from them, all
 * but the newest of each recipe, and with the last such image all of them. Stacks and networks of any checkout have one.
 * @param now Milliseconds since 1970.
 */
export async function tidyBuildCache(docker: Docker, now = Date.now()): Promise<void> {
  await sweepAbandonedImages(docker, now);
  const inUse = await docker.listImages({ filters: labelFilter({ [label.kind]: "image" }) });
  const last = inUse.length === 0;
  if (last) {
    await removeBuildContainers(docker);
    await removeOldBases(docker);
  }
  const newest = new Set<string>();
  for (const { Id, Labels, Created } of await leftStages(docker)) {
    const recipe = (Labels as Labels | null)?.[label.recipe] ?? "";
    const isNewest = !newest.has(recipe);
    newest.add(recipe);
    if (last || (!isNewest && Created * 1_000 < now - buildTime * 1_000)) {
      await docker.getImage(Id).remove().catch(unlessTaken);
    }
  }
}

type Labels = Readonly<Record<string, string>>;

const stages = labelFilter({ [label.kind]: "build-cache" });
const untagged = { dangling: ["true"] };

/** The last steps of the stages, newest first: those that no other image is made from. */
async function leftStages(docker: Docker): Promise<Docker.ImageInfo[]> {
  const found = await docker.listImages({ filters: { ...stages, ...untagged } });
  const ours = await Promise.all(found.map(({ Id }) => isBuildStep(docker, Id)));
  return found.filter((_image, index) => ours[index]).sort((a, b) => b.Created - a.Created);
}

/**
 * Whether a build made it: one that somebody committed from a container of such an image has its labels too, and in
 * its history the container's own command.
 */
async function isBuildStep(docker: Docker, id: string): Promise<boolean> {
  const history = (await docker.getImage(id).history().catch(unlessTaken)) as
    { readonly CreatedBy: string }[] | undefined;
  return /^(?:\/bin\/sh -c |\/regtest-network\/busybox )/.test(history?.[0]?.CreatedBy ?? "");
}

/** An interrupted build leaves the container that it was working in. */
async function removeBuildContainers(docker: Docker): Promise<void> {
  const stopped = { ...stages, status: ["created", "exited"] };
  for (const { Id, Image, ImageID } of await docker.listContainers({
    all: true,
    filters: stopped,
  })) {
    // Started by hand it would have the image's id as somebody typed it.
    if (Image === ImageID) await docker.getContainer(Id).remove({ force: true }).catch(unlessTaken);
  }
}

/** Base images that were made here and have lost their name to a newer one. What is built on one has its label too. */
async function removeOldBases(docker: Docker): Promise<void> {
  const filters = { ...labelFilter({ [label.kind]: "base" }), ...untagged };
  for (const { Id, ParentId } of await docker.listImages({ filters })) {
    const image = docker.getImage(Id);
    const found = await image.inspect().catch(unlessTaken);
    if (ParentId === "" && found?.RootFS.Layers?.length === 1)
      await image.remove().catch(unlessTaken);
  }
}
