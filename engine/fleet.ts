/** The engines of several hosts behind one client, for a network whose containers are on all of them. */
import "./unused-parts.ts";

import Docker from "dockerode";

interface Fleet {
  /** Host's name → its engine. */
  readonly engines: ReadonlyMap<string, Docker>;
  /** Host's name → why its engine does not answer. */
  readonly silent: ReadonlyMap<string, string>;
}

const fleets = new WeakMap<Docker, Fleet>();

export interface FleetOptions {
  /** Container's id → name of its host. */
  readonly placed?: ReadonlyMap<string, string>;
  readonly silent?: Fleet["silent"];
}

/**
 * A client whose containers are on several engines: it lists those of all, and looks for one where it was listed, or
 * where `placed` says that it is. Everything else is asked of the first engine alone.
 * @param engines host's name → its engine, at least one
 */
export function fleetOf(
  engines: ReadonlyMap<string, Docker>,
  { placed = new Map(), silent = new Map() }: FleetOptions = {},
): Docker {
  const [first] = engines.values();
  if (first === undefined) throw new Error("there is no host");
  const listedAt = new Map<string, Docker>();
  const engineOfId = (id: string): Docker =>
    listedAt.get(id) ?? engines.get(placed.get(id) ?? "") ?? first;
  const client = Object.create(first) as Docker;
  const listContainers = async (
    options?: Docker.ContainerListOptions,
  ): Promise<Docker.ContainerInfo[]> => {
    const lists = [...engines.values()].map(async (engine) => {
      const listed = await engine.listContainers(options);
      for (const { Id } of listed) listedAt.set(Id, engine);
      return listed;
    });
    return (await Promise.all(lists)).flat();
  };
  client.listContainers = listContainers as Docker["listContainers"];
  client.getContainer = (id) => engineOfId(id).getContainer(id);
  fleets.set(client, { engines, silent });
  return client;
}

/** Host's name → its engine. Of a client of one engine: that, under no name. */
export function enginesOf(docker: Docker): ReadonlyMap<string | undefined, Docker> {
  return fleets.get(docker)?.engines ?? new Map([[undefined, docker]]);
}

/** Why the engine of a host does not answer; undefined: it does. */
export function silenceOf(docker: Docker, host: string | undefined): string | undefined {
  return host === undefined ? undefined : fleets.get(docker)?.silent.get(host);
}

/** Whether all engines answered when it was made. */
export function isWhole(docker: Docker): boolean {
  return (fleets.get(docker)?.silent.size ?? 0) === 0;
}

/** As {@link silenceOf}, in words about what is on the host. */
export function hostSilence(docker: Docker, host: string | undefined): string | undefined {
  const silence = silenceOf(docker, host);
  return silence && `its host ${host ?? ""} does not answer: ${silence}`;
}

/** The engine of the host of that name; left out: the first one's, which has the images, snapshots and services. */
export function engineOfHost(docker: Docker, host?: string): Docker {
  const engines = enginesOf(docker);
  const [first = docker] = engines.values();
  if (host === undefined) return first;
  const found = engines.get(host);
  if (found !== undefined) return found;
  throw new Error(`there is no host ${host}; there are ${[...engines.keys()].join(", ")}`);
}

/** A client of the engine that a container is on. */
export function engineOf(container: { readonly modem: unknown }): Docker {
  return new Docker({ modem: container.modem } as Docker.DockerOptions);
}
