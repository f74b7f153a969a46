/** The engines of several hosts behind one client, for a network whose containers are on all of them. */
import "./unused-parts.ts";

import Docker from "dockerode";

import { hasImage } from "./carry-image.ts";

/** Client of a fleet → the engines of its hosts, by their names. */
const fleets = new WeakMap<object, ReadonlyMap<string, Docker>>();

/**
 * A client whose containers are on several engines: it lists those of all, and looks for one where it was listed, or
 * where `placed` says that it is. Everything else is asked of the first engine alone, which is the only one that a
 * client elsewhere in this project has.
 * @param hosts host's name → its engine, at least one
 * @param placed container's id → name of its host
 */
export function fleetOf(
  hosts: ReadonlyMap<string, Docker>,
  placed: ReadonlyMap<string, string> = new Map(),
): Docker {
  const [first] = hosts.values();
  if (first === undefined) throw new Error("there is no host");
  const listedAt = new Map<string, Docker>();
  const engineOfId = (id: string): Docker =>
    listedAt.get(id) ?? hosts.get(placed.get(id) ?? "") ?? first;
  const client = Object.create(first) as Docker;
  const listContainers = async (
    options?: Docker.ContainerListOptions,
  ): Promise<Docker.ContainerInfo[]> => {
    const lists = [...hosts.values()].map(async (engine) => {
      const listed = await engine.listContainers(options);
      for (const { Id } of listed) listedAt.set(Id, engine);
      return listed;
    });
    return (await Promise.all(lists)).flat();
  };
  client.listContainers = listContainers as Docker["listContainers"];
  client.getContainer = (id) => engineOfId(id).getContainer(id);
  fleets.set(client, hosts);
  return client;
}

/** Host's name → its engine. Of a client of one engine: that, under no name. */
export function enginesOf(docker: Docker): ReadonlyMap<string | undefined, Docker> {
  return fleets.get(docker) ?? new Map([[undefined, docker]]);
}

/** The engine of the host of that name; left out: the first one's, where images are built and services run. */
export function engineOfHost(docker: Docker, host?: string): Docker {
  const engines = enginesOf(docker);
  const [first = docker] = engines.values();
  if (host === undefined) return first;
  const found = engines.get(host);
  if (found !== undefined) return found;
  throw new Error(`there is no host ${host}; there are ${[...engines.keys()].join(", ")}`);
}

/** Whether the host of that name is the first one. */
export function isFirst(docker: Docker, host: string | undefined): boolean {
  return engineOfHost(docker, host) === engineOfHost(docker);
}

/** The first engine that has the image; where none has it, the first of all, which says so when it is asked. */
export async function engineOfImage(docker: Docker, image: string): Promise<Docker> {
  const engines = [...enginesOf(docker).values()];
  const [first = docker, ...others] = engines;
  if (others.length === 0) return first;
  for (const engine of engines) if (await hasImage(engine, image)) return engine;
  return first;
}

/** A client of the engine that a container is on. */
export function engineOf(container: { readonly modem: unknown }): Docker {
  return new Docker({ modem: container.modem } as Docker.DockerOptions);
}
