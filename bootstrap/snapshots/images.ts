/** The images that a snapshot consists of: one for each node. */
import type Docker from "dockerode";

import { engineError, isNotFound } from "../../engine/engine-error.ts";
import type { CommittedImage } from "./committed-image.ts";
import { label } from "../../engine/labels.ts";

/** The id of the stack that an image with these labels is a part of, or was taken of; "": of none. */
export function stackOfImage(labels: Readonly<Record<string, string>>): string {
  // Up to version 0.1 a snapshot's images had the stack's id itself.
  return labels[label.takenOf] ?? labels[label.stackId] ?? "";
}

/** The owner of the image at `reference`: a stack's id, "" for an image that is no stack's, `undefined` for no image. */
export async function imageOwner(docker: Docker, reference: string): Promise<string | undefined> {
  try {
    return stackOfImage(await labelsOf(docker, reference));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw engineError(error);
  }
}

export async function labelsOf(docker: Docker, image: string): Promise<Record<string, string>> {
  const { Config } = await docker.getImage(image).inspect();
  // Null where there are none.
  return { ...Config.Labels };
}

/** Whether `base` is here, and all of its layers are the lowest ones of `image`. */
export async function isBaseOf(docker: Docker, base: string, image: string): Promise<boolean> {
  const below = await docker
    .getImage(base)
    .inspect()
    .catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  const { RootFS } = await docker.getImage(image).inspect();
  const layers = below?.RootFS.Layers ?? [];
  return layers.length > 0 && layers.every((layer, index) => RootFS.Layers?.[index] === layer);
}

/** The id of the image at `reference`; `undefined` when there is none. */
export async function imageId(docker: Docker, reference: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(reference).inspect()).Id;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw engineError(error);
  }
}

/** Removes the image from under its reference, unless that has come to name another image. */
export async function removeImage(docker: Docker, { image, id }: CommittedImage): Promise<void> {
  if ((await imageId(docker, image)) === id) await removeReference(docker, image);
}

/** @throws Error when a container was started from it */
export async function removeReference(docker: Docker, reference: string): Promise<void> {
  try {
    await docker.getImage(reference).remove();
  } catch (error) {
    throw engineError(error);
  }
}

export function splitReference(reference: string): { repo: string; tag: string } {
  const colon = reference.lastIndexOf(":");
  return colon > reference.lastIndexOf("/")
    ? { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { repo: reference, tag: "latest" };
}
