/**
 * What a service keeps, in a snapshot's image and back. An image may declare a VOLUME where its program keeps
 * things, and a commit leaves volumes out: so the image has them in folders of its own, and the engine copies them
 * into a volume that is empty, when a container is made that mounts it there.
 */
import path from "node:path";

import type Docker from "dockerode";

import { engineError } from "../../engine/engine-error.ts";
import { engineOf } from "../../engine/fleet.ts";
import { label, labelFilter, passingName } from "../../engine/labels.ts";
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
  await fillAt(docker, image, state, volumes, storedFolder, labels);
}

/** Where an image in a snapshot has a folder of a service's state. */
function storedFolder(folder: string, index: number): string {
  return path.posix.join(storedState(index), path.posix.basename(folder));
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
    const mounts = state.map((folder, index) => ({
      ...{ Type: "volume" as const, Source: volumes[folder] ?? "" },
      Target: source(folder, index),
    }));
    const passing = await passingContainer(docker, image, labels, mounts);
    // With the volumes that an image's VOLUME made: those that have names stay.
    await passing.remove({ force: true, v: true });
  } catch (error) {
    throw engineError(error);
  }
}

/** One that never runs. */
async function passingContainer(
  docker: Docker,
  image: string,
  labels: Readonly<Record<string, string>>,
  mounts: Docker.MountConfig = [],
): Promise<Docker.Container> {
  return await docker.createContainer({
    name: passingName(),
    Image: image,
    // Where the image has no command, the engine wants one.
    Cmd: ["-"],
    Labels: { ...unownedLabels, ...ownedLabels(), ...labels },
    HostConfig: { Mounts: mounts },
  });
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
    const engine = engineOf(container);
    const volumes = await volumesOf(container);
    const own = await toolsOn(docker, container, tools, options.labels);
    await emptyVolumes(engine, service, volumes, own, options);
    const { Image } = await container.inspect();
    await fillAt(engine, Image, service.state, volumes, (folder) => folder, options.labels);
  }
}

/**
 * Gives stopped services what they keep in a snapshot, in place. The images are on the first host.
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
  options: { readonly labels: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<void> {
  const { labels } = options;
  await Promise.all(
    services.map(async (service) => {
      if (service.state.length === 0) return;
      const container = docker.getContainer(service.containerId);
      const volumes = await volumesOf(container);
      // The image has them in the order of its own declaration.
      const stored = manifest.services?.find(({ name }) => name === service.name) ?? service;
      const image = images[service.name]?.id ?? "";
      const own = await toolsOn(docker, container, tools, labels);
      if (isOnFirst(docker, container)) {
        await emptyVolumes(docker, service, volumes, own, options);
        await fillVolumes(docker, image, stored, volumes, labels);
      } else {
        const fill = async (wiper: Docker.Container): Promise<void> => {
          await carryState(docker, image, { from: stored.state, to: service.state }, wiper, labels);
        };
        await emptyVolumes(engineOf(container), service, volumes, own, options, fill);
      }
    }),
  );
}

function isOnFirst(docker: Docker, { modem }: { readonly modem: unknown }): boolean {
  return modem === docker.modem;
}

/** The same as `tools` on the engine of a container: each host of a service with state has an image of bitcoind. */
async function toolsOn(
  docker: Docker,
  container: Docker.Container,
  tools: string,
  { [label.stackId]: id }: Readonly<Record<string, string>>,
): Promise<string> {
  if (isOnFirst(docker, container)) return tools;
  const filters = labelFilter({ [label.reset]: "SIGUSR1" });
  const images = await engineOf(container).listImages({ filters });
  const found = images.find(({ Labels }) => Labels[label.stackId] === id) ?? images[0];
  if (found !== undefined) return found.Id;
  throw new Error("the host of a service has no image of bitcoind; npm run up brings it there");
}

/**
 * Brings what an image on the first host has of a service's state to another one.
 * @param folders in the order in which the image has them, and in which they are mounted in the container, see {@link emptied}
 */
async function carryState(
  docker: Docker,
  image: string,
  folders: { readonly from: readonly string[]; readonly to: readonly string[] },
  wiper: Docker.Container,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const passing = await passingContainer(docker, image, labels);
  try {
    for (const [index, folder] of folders.to.entries()) {
      const stored = folders.from.indexOf(folder);
      if (stored < 0) continue;
      const archive = await passing.getArchive({ path: storedFolder(folder, stored) });
      await wiper.putArchive(archive, { path: path.posix.dirname(emptied(folder, index)) });
    }
  } finally {
    await passing.remove({ force: true, v: true });
  }
}

/** Removes what is in the folders, also what is hidden; the folders are where volumes are mounted. */
const removeContent = 'for at; do busybox rm -rf "$at"/* "$at"/.[!.]* "$at"/..?* || exit; done';

/** Where the volume of a folder is mounted while it is emptied. */
function emptied(folder: string, index: number): string {
  return `/state/${index}/${path.posix.basename(folder)}`;
}

/** @param fill what is done next, with the container that has the volumes and no longer runs. Default: nothing. */
async function emptyVolumes(
  docker: Docker,
  { name, state }: Kept,
  volumes: Readonly<Record<string, string>>,
  tools: string,
  {
    labels,
    signal: abortSignal,
  }: { readonly labels: Readonly<Record<string, string>>; readonly signal: AbortSignal },
  fill?: (container: Docker.Container) => Promise<void>,
): Promise<void> {
  const targets = state.map(emptied);
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
      await fill?.(wiper);
    } finally {
      await wiper.remove({ force: true, v: true });
    }
  } catch (error) {
    throw engineError(error);
  }
}
