/** Names of images on an engine, lent for a time and put back. */
import type Docker from "dockerode";

import { engineError, isConflict, isNotFound } from "../../engine/engine-error.ts";
import { imageId, removeReference } from "./images.ts";

/** Reference → id of the image that it names; `undefined`: it names none. */
export type References = ReadonlyMap<string, string | undefined>;

export async function referencesNow(
  docker: Docker,
  references: Iterable<string>,
): Promise<References> {
  const pairs = [...references].map(
    async (reference) => [reference, await imageId(docker, reference)] as const,
  );
  return new Map(await Promise.all(pairs));
}

/** Makes every reference name what it named before. An image that no other name holds is gone then, unless a container was started from it. */
export async function putBack(docker: Docker, before: References): Promise<void> {
  const displaced: (string | undefined)[] = [];
  for (const [reference, id] of before) {
    const now = await imageId(docker, reference);
    if (now === id) continue;
    displaced.push(now);
    if (id === undefined) await unlessInUse(removeReference(docker, reference));
    else await tag(docker, id, reference);
  }
  await removeNameless(docker, displaced);
}

/** Gives an image one more name. Another image that has it loses it. */
export async function tag(docker: Docker, id: string, reference: string): Promise<void> {
  const colon = reference.lastIndexOf(":");
  const name = { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) };
  try {
    await docker.getImage(id).tag(name);
  } catch (error) {
    throw engineError(error);
  }
}

/** Removes the images that lost their last name. One that a container was started from stays for it. */
export async function removeNameless(
  docker: Docker,
  ids: Iterable<string | undefined>,
): Promise<void> {
  for (const id of new Set(ids)) {
    if (id === undefined) continue;
    try {
      const image = docker.getImage(id);
      const { RepoTags } = await image.inspect();
      if (RepoTags.length === 0) await image.remove();
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw engineError(error);
    }
  }
}

/** An image that somebody started a container from keeps its last name. */
async function unlessInUse(removal: Promise<void>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!isConflict(error) && !isNotFound(error)) throw error;
  });
}
