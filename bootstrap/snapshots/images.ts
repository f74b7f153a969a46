/** The images that a snapshot consists of: one for each node. */
import { text } from "node:stream/consumers";

import type Docker from "dockerode";

import { engineError, isNotFound } from "../../engine/errors.ts";
import { label } from "../../engine/labels.ts";

export interface CommittedImage {
  /** Reference to start it by, such as `alice:latest`. */
  readonly image: string;
  /** `sha256:…`. */
  readonly id: string;
}

/**
 * Commits a stopped container under `reference`. Its own labels stay unless `labels` says otherwise.
 * A container that was itself started from a snapshot is committed flat: layers upon layers would
 * end at the engine's limit of 125, each with a whole copy of what changed.
 */
export async function commit(
  docker: Docker,
  container: Docker.Container,
  reference: string,
  labels: Readonly<Record<string, string>>,
): Promise<CommittedImage> {
  const { repo, tag } = splitReference(reference);
  try {
    const { Image, Config } = await container.inspect();
    const { Config: origin } = await docker.getImage(Image).inspect();
    const query = { repo, tag, pause: false };
    const isSnapshot = label.snapshot in ((origin.Labels as Record<string, string> | null) ?? {});
    const { Id } = isSnapshot
      ? await commitFlat(docker, container, query, {
          ...Config,
          Labels: { ...Config.Labels, ...labels },
        })
      : await commitLayer(container, query, { Labels: labels });
    return { image: `${repo}:${tag}`, id: Id };
  } catch (error) {
    throw engineError(error);
  }
}

interface CommitQuery {
  readonly repo: string;
  readonly tag: string;
  readonly pause: boolean;
}

async function commitLayer(
  container: Docker.Container,
  query: CommitQuery,
  config: object,
): Promise<{ Id: string }> {
  const parameters = { _query: { ...query, container: container.id }, _body: config };
  return (await container.commit(parameters)) as { Id: string };
}

/** All files as one layer, and on it an empty one with the configuration, which an import does not take along. */
async function commitFlat(
  docker: Docker,
  container: Docker.Container,
  query: CommitQuery,
  config: Docker.ContainerCreateOptions,
): Promise<{ Id: string }> {
  const imported = await docker.importImage(await container.export());
  const answer = await text(imported);
  const { status: files } = JSON.parse(answer.trim().split("\n").at(-1) ?? "{}") as {
    status?: string;
  };
  if (files?.startsWith("sha256:") !== true)
    throw new Error(`the engine did not import the files: ${answer}`);
  const carrier = await docker.createContainer({ ...config, Image: files });
  try {
    return await commitLayer(carrier, query, config);
  } finally {
    await carrier.remove({ force: true });
  }
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

function splitReference(reference: string): { repo: string; tag: string } {
  const colon = reference.lastIndexOf(":");
  return colon > reference.lastIndexOf("/")
    ? { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { repo: reference, tag: "latest" };
}
