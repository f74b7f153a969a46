/** The images that a snapshot consists of: one for each node. */
import type Docker from "dockerode";

import { engineError, isNotFound } from "../../engine/errors.ts";
import { label } from "../../engine/labels.ts";

export interface CommittedImage {
  /** Reference to start it by, such as `alice:latest`. */
  readonly image: string;
  /** `sha256:…`. */
  readonly id: string;
}

/** Commits a stopped container under `reference`. Its own labels stay unless `labels` says otherwise. */
export async function commit(
  container: Docker.Container,
  reference: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<CommittedImage> {
  const { repo, tag } = splitReference(reference);
  const { Id } = (await container
    .commit({
      _query: { container: container.id, repo, tag, pause: false },
      _body: { Labels: labels },
      abortSignal: signal,
    })
    .catch((error: unknown) => {
      throw engineError(error);
    })) as { Id: string };
  return { image: `${repo}:${tag}`, id: Id };
}

/** The owner of the image at `reference`: a stack's id, "" for an image that is no stack's, `undefined` for no image. */
export async function imageOwner(docker: Docker, reference: string): Promise<string | undefined> {
  try {
    const { Config } = await docker.getImage(reference).inspect();
    return (Config.Labels as Record<string, string> | null)?.[label.stackId] ?? "";
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw engineError(error);
  }
}

export async function imageExists(docker: Docker, reference: string): Promise<boolean> {
  return (await imageOwner(docker, reference)) !== undefined;
}

/** Removes the image from under its reference, unless that has come to name another image. */
export async function removeImage(docker: Docker, { image, id }: CommittedImage): Promise<void> {
  try {
    const { Id } = await docker.getImage(image).inspect();
    if (Id === id) await removeReference(docker, image);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** @throws Error when a container was started from it */
export async function removeReference(docker: Docker, reference: string): Promise<void> {
  try {
    await docker.getImage(reference).remove();
  } catch (error) {
    throw engineError(error);
  }
}

function splitReference(reference: string): { repo: string; tag: string } {
  const colon = reference.lastIndexOf(":");
  return colon > reference.lastIndexOf("/")
    ? { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { repo: reference, tag: "latest" };
}
