/** Who has the names and ports that a stack is about to take. */
import type Docker from "dockerode";

import { listenError } from "../../engine/free-ports.ts";
import { isHere, reachOf } from "../../engine/host.ts";
import { engineError, isNotFound } from "../../engine/engine-error.ts";
import { isStackContainer, label } from "../../engine/labels.ts";
import { serviceNamed } from "../../engine/swarm-nodes.ts";
import { imageOwner } from "../../bootstrap/snapshots/images.ts";

/** What a node or a service is going to have on the engine. */
export interface Wanted {
  readonly containerName: string;
  /** TCP ports of the engine's host, each with its config key. */
  readonly ports: readonly { readonly port: number; readonly key: string }[];
  /** Reference that the image of its snapshot is going to have; left out: none is made. */
  readonly snapshotImage?: string | undefined;
  readonly volumes: readonly string[];
}

/** What somebody else has of it, in words; `undefined` for what is free. */
export interface Taken {
  readonly name: string | undefined;
  readonly ports: readonly { readonly port: number; readonly key: string; readonly by: string }[];
  readonly image: string | undefined;
  readonly volumes: readonly string[];
}

/** By what a stack knows its own containers: they have its id and one of its names, those of before an update included. */
export interface Ours {
  readonly stackId: string;
  readonly containers: ReadonlySet<string>;
}

/**
 * Looks at the engine's containers and images, and for the port at the machine too, where that is this one.
 * @param containers all that the engine has
 */
export async function findTaken(
  docker: Docker,
  containers: readonly Docker.ContainerInfo[],
  ours: Ours,
  wanted: Wanted,
): Promise<Taken> {
  const { snapshotImage } = wanted;
  const imageOf = snapshotImage === undefined ? undefined : await imageOwner(docker, snapshotImage);
  const ports: { port: number; key: string; by: string }[] = [];
  for (const { port, key } of wanted.ports) {
    const by = await findPortTaken(docker, containers, ours, port);
    if (by !== undefined) ports.push({ port, key, by });
  }
  const volumes: string[] = [];
  for (const volume of wanted.volumes)
    if (await isVolumeTaken(docker, ours.stackId, volume)) volumes.push(volume);
  return {
    image:
      imageOf === undefined || imageOf === ours.stackId
        ? undefined
        : "an image that is not this stack's",
    name: findNameTaken(containers, ours, wanted.containerName),
    ports,
    volumes,
  };
}

/** Which container of somebody else has the name, in words; `undefined`: none. */
export function findNameTaken(
  containers: readonly Docker.ContainerInfo[],
  ours: Ours,
  wanted: string,
): string | undefined {
  const named = containers.find(({ Names }) => Names.includes(`/${wanted}`));
  if (named === undefined || isOurs(named, ours)) return undefined;
  return `the container ${describe(named)}`;
}

/** Who else has the port of the engine's host, in words; `undefined`: nobody. */
export async function findPortTaken(
  docker: Docker,
  containers: readonly Docker.ContainerInfo[],
  ours: Ours,
  wanted: number,
): Promise<string | undefined> {
  const { publish } = reachOf(docker);
  const publishing = containers.find(({ Ports }) =>
    Ports.some((port) => overlaps(port, wanted, publish)),
  );
  if (publishing !== undefined)
    return isOurs(publishing, ours) ? undefined : `the container ${describe(publishing)}`;
  // A node that ends again and again publishes nothing between two starts, and may have started since the listing.
  const between = containers.some((found) => found.State === "restarting" && isOurs(found, ours));
  return between || !isHere(docker) ? undefined : await listenerOn(wanted);
}

/** One that somebody started from an image that was committed of a node has the node's labels. */
function isOurs({ Labels, Names }: Docker.ContainerInfo, { stackId, containers }: Ours): boolean {
  return (
    Labels[label.stackId] === stackId &&
    isStackContainer(Labels) &&
    Names.some((name) => containers.has(name.slice(1)))
  );
}

/** Whether somebody else has a volume of that name. The engine would hand it over without a word. */
export async function isVolumeTaken(
  docker: Docker,
  stackId: string,
  name: string,
): Promise<boolean> {
  try {
    const { Labels } = await docker.getVolume(name).inspect();
    return (Labels as Record<string, string> | null)?.[label.stackId] !== stackId;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw engineError(error);
  }
}

/** Whether somebody else has a service of that name in the swarm. */
export async function isServiceTaken(
  docker: Docker,
  stackId: string,
  name: string,
): Promise<boolean> {
  const named = await serviceNamed(docker, name);
  return named !== undefined && named.Spec.Labels?.[label.stackId] !== stackId;
}

/** Who else has the network's name, in words; `undefined`: nobody. An engine may allow a second one, which no container can name. */
export async function findTakenNetwork(
  docker: Docker,
  stackId: string,
  name: string,
): Promise<string | undefined> {
  // The filter finds parts of names too.
  const networks = await docker.listNetworks({ filters: { name: [name] } });
  const foreign = networks.some(
    ({ Name, Labels }) => Name === name && Labels?.[label.stackId] !== stackId,
  );
  return foreign ? "a network that is not this stack's" : undefined;
}

function overlaps(port: Docker.Port, wanted: number, publish: string): boolean {
  const { PublicPort, Type, IP = everywhere } = port as Partial<Docker.Port>;
  const meet = publish === everywhere || [publish, everywhere].includes(IP);
  return PublicPort === wanted && Type === "tcp" && meet;
}

const everywhere = "0.0.0.0";

function describe({ Names, Image, State, Labels }: Docker.ContainerInfo): string {
  const owner = Labels[label.stack];
  const name = Names[0]?.slice(1) ?? "";
  return `"${name}" (image ${Image}, ${State}${owner === undefined ? "" : `, of another stack "${owner}"`})`;
}

async function listenerOn(port: number): Promise<string | undefined> {
  const error = await listenError(port);
  if (error === undefined) return undefined;
  if (error.code === "EADDRINUSE") return "another program on this machine";
  if (error.code === "EACCES") return "the system, which reserves it for privileged programs";
  throw new Error(`could not check whether port ${port} is free: ${error.message}`);
}
