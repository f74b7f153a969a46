/** A service's image as the registry has it: all engines of a swarm then run the same one. */
import type Docker from "dockerode";

import { unlessAborted } from "../../base/wait.ts";
import type { Platform, TaskSpec } from "./service-wire.ts";

interface Distribution {
  readonly Descriptor: { readonly digest: string };
  readonly Platforms?: readonly { readonly architecture: string; readonly os: string }[] | null;
}

/**
 * The task with its image's digest and platforms. As it is, with a tag, where no registry tells: each engine then
 * looks for the image by itself.
 */
export async function pinned(
  docker: Docker,
  task: TaskSpec,
  authconfig: Docker.AuthConfig,
  signal: AbortSignal,
): Promise<TaskSpec> {
  const image = tagged(task.ContainerSpec.Image);
  const asked: Promise<Distribution> = docker.getImage(image).distribution({ authconfig });
  const told = await unlessAborted(asked, signal).catch(() => undefined);
  signal.throwIfAborted();
  const digest = told && !image.includes("@") ? `@${told.Descriptor.digest}` : "";
  const platforms = (told?.Platforms ?? []).map(platform);
  const { Placement } = task;
  return {
    ...task,
    ContainerSpec: { ...task.ContainerSpec, Image: image + digest },
    ...(Placement && platforms.length > 0 && { Placement: { ...Placement, Platforms: platforms } }),
  };
}

/** Variants of ARM are not told apart, as the docker CLI has it. */
function platform({ architecture, os }: { architecture: string; os: string }): Platform {
  const lower = architecture.toLowerCase();
  return { Architecture: lower === "arm" ? "" : lower, OS: os };
}

function tagged(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}
