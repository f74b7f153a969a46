import * as pulumi from "@pulumi/pulumi";

import { volumeName } from "../bootstrap/plan/given-names.ts";
import { autoMinerName } from "../bootstrap/plan/settings/auto-miner-name.ts";
import type { EngineInput } from "../provider/regtest/engine-input.ts";
import type { Origin } from "./origin.ts";
import { Claim } from "./resources.ts";
import type { NetworkSettings } from "./network-settings.ts";

/** What a network is going to call its things on the engine. */
export interface NetworkNames {
  readonly network: string;
  readonly container: (node: string) => string;
  /** Another chain has other volumes. */
  readonly volume: (node: string) => pulumi.Output<string>;
  /** Node's name → its image in the network's own snapshot. One that is started from a snapshot makes none. */
  readonly snapshotImages: Readonly<Record<string, string>>;
}

export function networkNames(
  { prefix, nodes, start }: NetworkSettings,
  origin: Origin,
): NetworkNames {
  const images = nodes.map(({ name }) => [name, `${prefix}${name}:latest`] as const);
  return {
    network: `${prefix}regtest-network`,
    container: (node) => prefix + node,
    volume: (node) => pulumi.interpolate`${volumeName(prefix, node)}-${origin.chain}`,
    snapshotImages: start === "snapshot" ? {} : Object.fromEntries(images),
  };
}

/** Takes names and ports before anything is made, and refuses what somebody else has. */
export function claimOf(
  resource: string,
  settings: NetworkSettings,
  {
    origin,
    names,
    engine,
  }: {
    readonly origin: Origin;
    readonly names: NetworkNames;
    readonly engine: pulumi.Output<EngineInput> | undefined;
  },
  options: pulumi.CustomResourceOptions,
): Claim {
  const { prefix, rpcUser, rpcPassword, timeout, discardBlocks, freshBlock, autoMine } = settings;
  const nodes = settings.nodes.map(({ name, rpcPort, portKey, ports }) => ({
    ...{ name, rpcPort, portKey, ports },
    containerName: names.container(name),
    snapshotImage: names.snapshotImages[name],
    volume: names.volume(name),
    wallets: origin.walletsOf(name),
  }));
  return new Claim(
    resource,
    {
      ...{ prefix, rpcUser, rpcPassword, timeout, discardBlocks, engine, nodes },
      stack: pulumi.getStack(),
      network: names.network,
      helpers: autoMine === undefined ? [] : [names.container(autoMinerName)],
      height: origin.height,
      ...(freshBlock && { freshBlock }),
    },
    options,
  );
}
