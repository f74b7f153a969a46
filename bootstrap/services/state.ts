/**
 * What a service keeps, in a snapshot's image and back. An image may declare a VOLUME where its program keeps
 * things, and a commit leaves volumes out: so the image has them in folders of its own, and the engine copies them
 * into a volume that is empty, when a container is made that mounts it there.
 */
import path from "node:path";

import type Docker from "dockerode";

import { engineError } from "../../engine/engine-error.ts";
import { passingName } from "../../engine/labels.ts";
import { logTail } from "../../engine/log.ts";
import { putFolder } from "../../engine/container-files.ts";
import { ownedLabels, unownedLabels } from "../../engine/clean-up/owner.ts";
import { storedState } from "./service-container.ts";
import type { ServiceDeclaration } from "./service.ts";

type Kept = Pick<ServiceDeclaration, "name" | "state">;

/** Puts what a stopped service keeps into a container that is going to be its image in a snapshot. */
export async function storeState(
  service: Docker.Container,
  { state }: Kept,
  carrier: Docker.Container,
): Promise<void> {
  for (const [index, folder] of state.entries()) {
    await putFolder(carrier, storedState(index));
    const archive = await service.getArchive({ path: folder });
    await carrier.putArchive(archive, { path: storedState(index) });
  }
}

/**
 * Fills volumes that are empty with what the image has for them; those that are not stay as they are.
 * @param volumes folder of the service's state → name of the volume that has it
 */
export async function fillVolumes(
  docker: Docker,
  image: string,
  { state }: Pick<Kept, "state">,
  volumes: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const stored = (folder: string, index: number): string =>
    path.posix.join(storedState(index), path.posix.basename(folder));
  await fillAt(docker, image, state, volumes, stored, labels);
}

/** @param source folder of the state → folder of the image that its volume is filled from */
async function fillAt(
  docker: Docker,
  image: string,
  state: readonly string[],
  volumes: Readonly<Record<string, string>>,
  source: (folder: string, index: number) => string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  if (state.length === 0) return;
  try {
    const passing = await docker.createContainer({
      name: passingName(),
      Image: image,
      // It never runs; where the image has no command, the engine wants one.
      Cmd: ["-"],
      Labels: { ...unownedLabels, ...ownedLabels(), ...labels },
      HostConfig: {
        Mounts: state.map((folder, index) => ({
          Type: "volume",
          Source: volumes[folder] ?? "",
          Target: source(folder, index),
        })),
      },
    });
    // With the volumes that an image's VOLUME made: those that have names stay.
    await passing.remove({ force: true, v: true });
  } catch (error) {
    throw engineError(error);
  }
}

/** The volumes of a service's container: folder → name. */
export async function volumesOf(container: Docker.Container): Promise<Record<string, string>> {
  const { Mounts } = await container.inspect();
  return Object.fromEntries(
    Mounts.flatMap(({ Type, Name, Destination }) =>
      Type === "volume" && Name !== undefined ? [[Destination, Name]] : [],
    ),
  );
}

/**
 * Gives services that are stopped what they have at their very first start: what their images have there.
 * @param tools as in {@link resetState}
 */
export async function emptyState(
  docker: Docker,
  services: readonly (Kept & { readonly containerId: string })[],
  tools: string,
  options: {
    readonly labels: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  for (const service of services) {
    if (service.state.length === 0) continue;
    const container = docker.getContainer(service.containerId);
    const volumes = await volumesOf(container);
    await emptyVolumes(docker, service, volumes, tools, options.labels, options.signal);
    const { Image } = await container.inspect();
    await fillAt(docker, Image, service.state, volumes, (folder) => folder, options.labels);
  }
}

/**
 * Gives stopped services what they keep in a snapshot, in place.
 * @param tools An image with a static busybox in it, as every node's has: another's may have no program at all.
 */
export async function resetState(
  docker: Docker,
  services: readonly (Kept & { readonly containerId: string })[],
  {
    images,
    manifest,
  }: {
    readonly images: Readonly<Record<string, { readonly id: string }>>;
    readonly manifest: { readonly services?: readonly Kept[] | undefined };
  },
  tools: string,
  {
    labels,
    signal,
  }: { readonly labels: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<void> {
  await Promise.all(
    services.map(async (service) => {
      if (service.state.length === 0) return;
      const volumes = await volumesOf(docker.getContainer(service.containerId));
      await emptyVolumes(docker, service, volumes, tools, labels, signal);
      // The image has them in the order of its own declaration.
      const stored = manifest.services?.find(({ name }) => name === service.name) ?? service;
      await fillVolumes(docker, images[service.name]?.id ?? "", stored, volumes, labels);
    }),
  );
}

/** Removes what is in the folders, also what is hidden; the folders are where volumes are mounted. */
const removeContent = 'for at; do busybox rm -rf "$at"/* "$at"/.[!.]* "$at"/..?* || exit; done';

async function emptyVolumes(
  docker: Docker,
  { name, state }: Kept,
  volumes: Readonly<Record<string, string>>,
  tools: string,
  labels: Readonly<Record<string, string>>,
  abortSignal: AbortSignal,
): Promise<void> {
  const targets = state.map((_, index) => `/state/${index}`);
  try {
    const wiper = await docker.createContainer({
      name: passingName(),
      Image: tools,
      User: "0",
      Entrypoint: ["busybox", "sh", "-c", removeContent, "sh"],
      Cmd: targets,
      NetworkDisabled: true,
      Labels: { ...unownedLabels, ...ownedLabels(), ...labels },
      HostConfig: {
        Mounts: state.map((folder, index) => ({
          Type: "volume",
          Source: volumes[folder] ?? "",
          Target: targets[index] ?? "",
          // Nothing of the image is to be copied there.
          VolumeOptions: { NoCopy: true, Labels: {} } as Docker.MountSettings["VolumeOptions"],
        })),
      },
    });
    try {
      const ended = wiper.wait({ condition: "next-exit", abortSignal });
      await wiper.start({ abortSignal });
      const { StatusCode } = (await ended) as { StatusCode: number };
      if (StatusCode !== 0)
        throw new Error(`${name}: its state could not be emptied: ${await logTail(wiper, 5)}`);
    } finally {
      await wiper.remove({ force: true, v: true });
    }
  } catch (error) {
    throw engineError(error);
  }
}
