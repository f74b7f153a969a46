import * as pulumi from "@pulumi/pulumi";

import { volumeName } from "../bootstrap/plan/given-names.ts";
import { crowdName } from "../bootstrap/nodes/crowd.ts";
import { digestOf } from "../bootstrap/plan/digest.ts";
import type { NodePlan } from "../bootstrap/plan/settings/network-plan.ts";
import type { ServicePlan } from "../bootstrap/plan/settings/service-plan.ts";
import type { ServiceDeclaration } from "../bootstrap/services/service.ts";
import type { EngineInput } from "../engine/engine-input.ts";
import type { Origin } from "./origin.ts";
import { Claim } from "./resources.ts";
import type { NetworkSettings } from "./network-settings.ts";

type Placed = Pick<NodePlan, "name" | "host">;

/** What a network is going to call its things on the engine. */
export interface NetworkNames {
  readonly network: string;
  readonly container: (node: string) => string;
  /** Of the crowd's service, where there is one. */
  readonly crowd: string;
  /** Of a folder of a service's state: another chain has other volumes, as has another host. */
  readonly stateVolume: (service: Placed, folder: string) => pulumi.Output<string>;
  /** Another chain has other volumes, as has another host. */
  readonly volume: (node: Placed) => pulumi.Output<string>;
  /** Node's name → its image in the network's own snapshot. One that is started from a snapshot makes none. */
  readonly snapshotImages: Readonly<Record<string, string>>;
}

export function networkNames(
  { prefix, nodes, services, start, hosts }: NetworkSettings,
  origin: Origin,
): NetworkNames {
  const images = [...nodes, ...services].map(
    ({ name }) => [name, `${prefix}${name}:latest`] as const,
  );
  const [first] = hosts;
  // What stays on the first host keeps its volume when others come.
  const placedName = ({ name, host = first?.name }: Placed): string =>
    volumeName(prefix, host === first?.name ? name : `${name}-${host ?? ""}`);
  return {
    network: `${prefix}regtest-network`,
    container: (node) => prefix + node,
    crowd: prefix + crowdName,
    volume: (node) => pulumi.interpolate`${placedName(node)}-${origin.chain}`,
    stateVolume: (service, folder) =>
      pulumi.interpolate`${placedName(service)}-${digestOf(folder).slice(0, 6)}-${origin.chain}`,
    snapshotImages: start === "snapshot" ? {} : Object.fromEntries(images),
  };
}

/** Takes names and ports before anything is made, and refuses what somebody else has. */
export function claimOf(
  resource: string,
  settings: NetworkSettings,
  {
    services,
    origin,
    names,
    engine,
  }: {
    /** Those that are declared, and the auto-miner where there is one. */
    readonly services: readonly (ServiceDeclaration & Pick<ServicePlan, "key">)[];
    readonly origin: Origin;
    readonly names: NetworkNames;
    readonly engine: pulumi.Output<EngineInput> | undefined;
  },
  options: pulumi.CustomResourceOptions,
): Claim {
  const { prefix, rpcUser, rpcPassword, timeout, discardBlocks, freshBlock } = settings;
  const nodes = settings.nodes.map(({ name, host, rpcPort, portKey, ports }) => ({
    ...{ name, rpcPort, portKey, ports },
    ...(host !== undefined && { host }),
    containerName: names.container(name),
    snapshotImage: names.snapshotImages[name],
    volume: names.volume({ name, host }),
    wallets: origin.walletsOf(name),
  }));
  const claimed = services.map(({ name, host, ports, state, key }, index) => ({
    name,
    ...(host !== undefined && { host }),
    containerName: names.container(name),
    snapshotImage: names.snapshotImages[name],
    ports: ports.map((port) => ({
      ...{ name: port.name, port: port.host },
      key: `${key ?? `services[${index}]`}.ports.${port.name}`,
    })),
    volumes: pulumi.all(state.map((folder) => names.stateVolume({ name, host }, folder))),
  }));
  return new Claim(
    resource,
    {
      ...{ prefix, rpcUser, rpcPassword, timeout, discardBlocks, engine, nodes },
      stack: pulumi.getStack(),
      network: names.network,
      ...(claimed.length > 0 && { services: claimed }),
      ...(settings.crowd && {
        crowd: { service: names.crowd, replicas: settings.crowd.replicas },
        crowdHosts: settings.crowd.hosts,
      }),
      height: origin.height,
      ...(freshBlock && { freshBlock }),
    },
    options,
  );
}
