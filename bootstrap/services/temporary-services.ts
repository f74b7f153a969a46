/** The services of a network without a Pulumi stack: their containers, which {@link startServices} starts. */
import type Docker from "dockerode";

import { allEnded } from "../../base/all-ended.ts";
import { engineError, unlessStatus } from "../../engine/engine-error.ts";
import { anyTaken, freePorts } from "../../engine/free-ports.ts";
import { reachOf } from "../../engine/host.ts";
import { label, stackLabels } from "../../engine/labels.ts";
import { unownedLabels } from "../../engine/clean-up/owner.ts";
import type { NodesContext } from "../nodes/on-nodes.ts";
import { mostTries, published, type TemporaryNetwork } from "../nodes/temporary-network.ts";
import type { NetworkMembers } from "./members.ts";
import type { ServiceDeclaration, ServiceSpec } from "./service.ts";
import { startServices } from "./start.ts";
import {
  confinedService,
  serviceConfinement,
  serviceContainer,
  unnamedVolumes,
} from "./service-container.ts";
import { fillVolumes, volumesOf } from "./state.ts";
import { addressValues, credentialValues, type TemplateValues } from "./template.ts";

export interface TemporaryService {
  readonly declared: ServiceDeclaration;
  /** Reference or id of the image to make it from. */
  readonly image: string;
  /** Whether the image is a snapshot's, which has what the service keeps. */
  readonly restores: boolean;
}

/** What services are made for: the network that they join, and the nodes whose addresses and credentials they get. */
export type ServedNetwork = Pick<TemporaryNetwork, "id" | "inputs" | "life">;

/** The network's nodes, and the services that are made here. They go with the network. */
export async function withServices(
  docker: Docker,
  network: ServedNetwork,
  services: readonly TemporaryService[],
): Promise<NetworkMembers> {
  const { inputs } = network;
  if (services.length === 0) return inputs;
  const values = valuesOf(docker, network, services);
  try {
    return {
      ...inputs,
      services: await allEnded(services.map((service) => create(docker, network, service, values))),
    };
  } catch (error) {
    throw engineError(error);
  }
}

/** Removes services with all that they wrote, whatever state they are in; those that are gone are. */
export async function removeServices(
  docker: Docker,
  services: readonly ServiceSpec[] = [],
): Promise<void> {
  try {
    await allEnded(
      services.map(async ({ containerId }) => {
        const container = docker.getContainer(containerId);
        await container.remove({ force: true, v: true }).catch(unlessStatus(404));
      }),
    );
  } catch (error) {
    throw engineError(error);
  }
}

/**
 * Starts the services that {@link withServices} made. Ports that were free then may be taken now: such a service
 * is made again on others.
 * @returns the network with the services that run
 */
export async function startWithServices(
  docker: Docker,
  network: ServedNetwork,
  services: readonly TemporaryService[],
  made: NetworkMembers,
  context: NodesContext,
): Promise<NetworkMembers> {
  for (let members = made, tried = 1; ; tried++) {
    try {
      await startServices(docker, members, context);
      return members;
    } catch (error) {
      const before = members.services ?? [];
      const stuck = await Promise.all(before.map((service) => lacksPort(docker, service)));
      if (tried === mostTries || !stuck.includes(true)) throw error;
      const values = valuesOf(docker, network, services);
      const after = before.map(async (service, index) => {
        const again = services.find(({ declared }) => declared.name === service.name);
        if (stuck[index] !== true || again === undefined) return service;
        await docker.getContainer(service.containerId).remove({ force: true, v: true });
        return await create(docker, network, again, values);
      });
      members = { ...members, services: await allEnded(after) };
    }
  }
}

/** Whether it has never run, and one of the ports that it was given is not free. */
async function lacksPort(docker: Docker, { containerId }: ServiceSpec): Promise<boolean> {
  const { State, HostConfig } = await docker.getContainer(containerId).inspect();
  // The year 1, as the engine tells what has not been.
  if (Date.parse(State.StartedAt) > 0) return false;
  const bindings = Object.values((HostConfig.PortBindings ?? {}) as Bindings).flat();
  return await anyTaken(
    docker,
    bindings.map(({ HostPort }) => Number(HostPort)),
  );
}

type Bindings = Readonly<Record<string, readonly { readonly HostPort: string }[]>>;

/** What the placeholders stand for in what a container is made with. */
function valuesOf(
  docker: Docker,
  { inputs: { nodes, rpcUser, rpcPassword } }: ServedNetwork,
  services: readonly TemporaryService[],
): TemplateValues {
  return {
    ...addressValues(
      nodes,
      services.map(({ declared }) => declared),
      reachOf(docker),
    ),
    ...credentialValues(nodes, { user: rpcUser, password: rpcPassword }),
  };
}

function unnamedVolume(
  folder: string,
  options: { readonly NoCopy: boolean },
): Docker.MountSettings {
  return { Type: "volume", Source: "", Target: folder, VolumeOptions: options as never };
}

async function create(
  docker: Docker,
  { id, life }: ServedNetwork,
  { declared, image, restores }: TemporaryService,
  values: TemplateValues,
): Promise<ServiceSpec> {
  const { name, user, ports, state, stopTimeout, memory, cpus, confined = false } = declared;
  const { hostname, entrypoint, command, environment } = serviceContainer(declared, values);
  const inside = ports.map(({ container }) => container);
  const { ExposedPorts, PortBindings } = published(
    inside,
    await freePorts(inside.length),
    reachOf(docker),
  );
  const container = await docker.createContainer({
    name: `${id}-${name}`,
    Image: image,
    Hostname: hostname,
    ...(entrypoint !== undefined && { Entrypoint: [...entrypoint] }),
    ...(command !== undefined && { Cmd: [...command] }),
    ...(user !== undefined && { User: user }),
    Env: [...environment],
    StopTimeout: stopTimeout,
    Labels: {
      ...unownedLabels,
      ...stackLabels(id, id, "service"),
      [label.node]: name,
      ...life,
    },
    ExposedPorts,
    HostConfig: {
      SecurityOpt: serviceConfinement.securityOptions,
      LogConfig: { Type: serviceConfinement.logDriver, Config: serviceConfinement.logOptions },
      PortBindings,
      ...(memory !== undefined && { Memory: memory * 1024 ** 2 }),
      ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
      ...(confined && {
        ReadonlyRootfs: true,
        CapDrop: confinedService.capabilityDrops,
        Tmpfs: confinedService.tmpfs,
      }),
      // Without names, so that they go with the container.
      Mounts: [
        ...state.map((folder) => unnamedVolume(folder, { NoCopy: restores })),
        ...unnamedVolumes(declared).map((folder) => unnamedVolume(folder, { NoCopy: false })),
      ],
    },
    NetworkingConfig: { EndpointsConfig: { [id]: { Aliases: [hostname] } } },
  });
  if (restores) {
    const volumes = await volumesOf(container);
    await fillVolumes(docker, image, declared, volumes, stackLabels(id, id, "temporary"));
  }
  return { ...declared, containerId: container.id };
}
