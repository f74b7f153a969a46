/** The services of a network without a Pulumi stack: their containers, which {@link startServices} starts. */
import type Docker from "dockerode";

import { engineError } from "../../engine/engine-error.ts";
import { freePorts } from "../../engine/free-ports.ts";
import { label, stackLabels } from "../../engine/labels.ts";
import { unownedLabels } from "../../engine/clean-up/owner.ts";
import { published, type TemporaryNetwork } from "../nodes/temporary-network.ts";
import type { NetworkMembers } from "./members.ts";
import type { ServiceDeclaration, ServiceSpec } from "./service.ts";
import { serviceConfinement, serviceContainer } from "./service-container.ts";
import { fillVolumes, volumesOf } from "./state.ts";
import { addressValues, credentialValues, type TemplateValues } from "./template.ts";

export interface TemporaryService {
  readonly declared: ServiceDeclaration;
  /** Reference or id of the image to make it from. */
  readonly image: string;
  /** Whether the image is a snapshot's, which has what the service keeps. */
  readonly restores: boolean;
}

/** The network's nodes, and the services that are made here. They go with the network. */
export async function withServices(
  docker: Docker,
  network: TemporaryNetwork,
  services: readonly TemporaryService[],
  labels: Readonly<Record<string, string>> = {},
): Promise<NetworkMembers> {
  const { inputs } = network;
  if (services.length === 0) return inputs;
  const { nodes, rpcUser, rpcPassword } = inputs;
  const values = {
    ...addressValues(
      nodes,
      services.map(({ declared }) => declared),
    ),
    ...credentialValues(nodes, { user: rpcUser, password: rpcPassword }),
  };
  try {
    return {
      ...inputs,
      services: await Promise.all(
        services.map((service) => create(docker, network, service, values, labels)),
      ),
    };
  } catch (error) {
    throw engineError(error);
  }
}

async function create(
  docker: Docker,
  { id, life }: TemporaryNetwork,
  { declared, image, restores }: TemporaryService,
  values: TemplateValues,
  labels: Readonly<Record<string, string>>,
): Promise<ServiceSpec> {
  const { name, user, ports, state, stopTimeout, memory, cpus } = declared;
  const { hostname, entrypoint, command, environment } = serviceContainer(declared, values);
  const inside = ports.map(({ container }) => container);
  const { ExposedPorts, PortBindings } = published(inside, await freePorts(inside.length));
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
      ...labels,
      ...life,
    },
    ExposedPorts,
    HostConfig: {
      SecurityOpt: serviceConfinement.securityOptions,
      LogConfig: { Type: serviceConfinement.logDriver, Config: serviceConfinement.logOptions },
      PortBindings,
      ...(memory !== undefined && { Memory: memory * 1_000_000 }),
      ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
      // Without names, so that they go with the container.
      Mounts: state.map((folder) => ({
        Type: "volume",
        Source: "",
        Target: folder,
        VolumeOptions: { NoCopy: restores } as never,
      })),
    },
    NetworkingConfig: { EndpointsConfig: { [id]: { Aliases: [hostname] } } },
  });
  if (restores) {
    const volumes = await volumesOf(container);
    await fillVolumes(docker, image, declared, volumes, stackLabels(id, id, "temporary"));
  }
  return { ...declared, containerId: container.id };
}
