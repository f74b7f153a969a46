/** Committing the nodes of a network as images, all at the same state. */
import type Docker from "dockerode";

import { engineError, isNotFound, statusCodeOf } from "../engine/errors.ts";
import { label } from "../engine/labels.ts";

export interface CommittedImage {
  /** Reference to start it by, such as `alice:latest`. */
  readonly image: string;
  /** `sha256:…`. */
  readonly id: string;
}

interface StoppedNode {
  readonly name: string;
  readonly container: Docker.Container;
}

/**
 * Stops the nodes and waits until bitcoind has written its chain state: it does so only every 50 to
 * 70 minutes or on shutdown, so an image of a running node may hold an older tip.
 */
export async function stopCleanly(
  nodes: readonly StoppedNode[],
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    nodes.map(async ({ name, container }) => {
      await container.stop({ t: timeout, abortSignal: signal }).catch(unlessStatus(304));
      const { ExitCode } = (await container.inspect({ abortSignal: signal })).State;
      if (ExitCode !== 0) {
        throw new Error(
          `${name}: bitcoind did not stop cleanly within ${timeout} s (exit code ${ExitCode})`,
        );
      }
    }),
  );
}

/** Starts the nodes. That bitcoind answers is another matter. */
export async function start(nodes: readonly StoppedNode[], signal: AbortSignal): Promise<void> {
  await Promise.all(
    nodes.map(({ container }) => container.start({ abortSignal: signal }).catch(unlessStatus(304))),
  );
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

/**
 * Removes the image from under its reference, unless that has come to name another image.
 * @throws Error when a container was started from it.
 */
export async function removeImage(
  docker: Docker,
  { image, id }: CommittedImage,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { Id } = await docker.getImage(image).inspect();
    if (Id === id) await docker.getImage(image).remove({ abortSignal: signal });
  } catch (error) {
    if (!isNotFound(error)) throw engineError(error);
  }
}

function splitReference(reference: string): { repo: string; tag: string } {
  const colon = reference.lastIndexOf(":");
  return colon > reference.lastIndexOf("/")
    ? { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { repo: reference, tag: "latest" };
}

/** 304: it already is as asked for. */
function unlessStatus(expected: number): (error: unknown) => void {
  return (error) => {
    if (statusCodeOf(error) !== expected) throw engineError(error);
  };
}
