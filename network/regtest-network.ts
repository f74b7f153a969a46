/** A Bitcoin regtest network: an image, a network, its nodes, their common history, and a snapshot of it all. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { autoMinerName } from "../bootstrap/plan/settings/auto-miner-name.ts";
import type { CommittedImage } from "../bootstrap/snapshots/committed-image.ts";
import { label } from "../engine/labels.ts";
import { AutoMiner } from "./auto-miner.ts";
import { BitcoinNode } from "./bitcoin-node.ts";
import { type ChainOutput, chainOutput } from "./chain-output.ts";
import { claimOf, networkNames } from "./claim.ts";
import { networkEngine } from "./network-engine.ts";
import { labelList } from "./label-list.ts";
import { networkLabels } from "./network-labels.ts";
import { originOf } from "./origin.ts";
import { refuseWithoutPlugin } from "./plugin-there.ts";
import { Bootstrap, FreshBlock, Snapshot } from "./resources.ts";
import { networkSettings, type RegtestNetworkArgs } from "./network-settings.ts";

/** @typeParam Name names of the nodes */
export class RegtestNetwork<Name extends string = "alice" | "miner">
  extends pulumi.ComponentResource
{
  /** Node's name → the node. */
  readonly nodes: Readonly<Record<Name, BitcoinNode>>;
  /** The Docker network, for containers that join it: nodes are known there by their names. */
  readonly network: docker.Network;
  /** Node's name → URL of its RPC on the engine's host, without credentials. */
  readonly endpoints: pulumi.Output<Record<string, string>>;
  /** Node's name → what it offers beside RPC, as far as it is asked for → where. */
  readonly ports: pulumi.Output<Record<string, Record<string, string>>>;
  readonly rpcUser: string;
  /** Secret. */
  readonly rpcPassword: pulumi.Output<string>;
  readonly chain: pulumi.Output<ChainOutput>;
  /** Node's name → the image to start it from by hand, `docker run … alice`. */
  readonly snapshots: pulumi.Output<Record<string, CommittedImage>>;
  /** Node's name → its container and volume, and its address on the network. */
  readonly containers: pulumi.Output<
    Record<string, { name: string; id: string; volume: string; ip: string | undefined }>
  >;

  /**
   * @param name of the network. Names of its resources begin with it; unless `prefix` says otherwise, those on the
   *   engine begin with it and the stack's name.
   * @throws pulumi.RunError with a line for each argument that is wrong, or if Pulumi does not find the plugin
   */
  constructor(
    name: string,
    args: RegtestNetworkArgs<Name> = {},
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("regtest:index:RegtestNetwork", name, {}, options);
    refuseWithoutPlugin();
    const { provider, input: engine } = networkEngine(name, this);
    const part = { parent: this };
    const made = { ...part, provider };

    const settings = networkSettings(name, args, engine);
    const { nodes: plans, connect, rpcUser, timeout, mockTime } = settings;
    const { discardBlocks, freshBlock, autoMine } = settings;
    const origin = originOf(settings, { name, engine, ...part });
    const names = networkNames(settings, origin);

    const claim = claimOf(`${name}-claim`, settings, { origin, names, engine }, part);
    const labels = networkLabels(claim);

    const images = origin.images({ name, engine, labels: labels.of("image"), ...made });

    this.network = new docker.Network(
      `${name}-network`,
      { name: names.network, labels: labelList(labels.of("network")) },
      { ...made, deleteBeforeReplace: true },
    );

    const nodes = plans.map((node, index) => {
      const ofNode = { [label.node]: node.name };
      const args = {
        ...{ node, connect, mockTime, stopTimeout: timeout },
        containerName: names.container(node.name),
        hostPorts: claim.nodes.apply((nodes) => nodes[index] ?? noPorts),
        image: images.idOf(node.name),
        after: images.all,
        network: this.network.name,
        rpcAuth: claim.rpcAuth,
        labels: labels.ofContainer("node", ofNode),
        volume: names.volume(node.name),
        volumeLabels: labels.of("volume", { ...ofNode, [label.chain]: origin.chain }),
      };
      return new BitcoinNode(`${name}-${node.name}`, args, made);
    });

    const { rpcPassword } = claim;
    const specs = nodes.map(({ spec }) => spec);
    const running = { nodes: specs, connect, rpcUser, rpcPassword, timeout, engine };

    const bootstrap = new Bootstrap(
      `${name}-bootstrap`,
      { ...running, ...origin.history, discardBlocks, ...(freshBlock && { freshBlock }) },
      part,
    );

    const snapshot =
      origin.plan &&
      new Snapshot(
        `${name}-snapshot`,
        {
          ...running,
          stack: claim.stack,
          stackId: claim.stackId,
          name: pulumi.interpolate`${settings.prefix}${claim.stack}`,
          kind: "snapshot",
          plan: origin.plan,
          chain: bootstrap.chain,
          funded: bootstrap.funded,
          references: names.snapshotImages,
          keep: settings.keepSnapshots,
          reachedAt: bootstrap.addresses,
          clock: bootstrap.clock,
        },
        part,
      );

    // What comes on top waits until there is nothing more to be made of the chain as it is declared.
    const declared = snapshot ?? bootstrap;
    const tip = bootstrap.chain.apply(({ height, tip }) => ({ height, tip }));
    const fresh = freshBlock
      ? new FreshBlock(
          `${name}-fresh-block`,
          { ...running, chain: tip },
          { ...part, dependsOn: declared },
        )
      : undefined;

    const miner = plans.find(({ role }) => role === "miner")?.name ?? "";
    if (autoMine !== undefined) {
      new AutoMiner(
        `${name}-${autoMinerName}`,
        {
          container: names.container(autoMinerName),
          image: images.idOf(miner),
          network: this.network.name,
          seconds: autoMine,
          peer: miner,
          address: bootstrap.miningAddress,
          height: bootstrap.chain.height,
          mockTime,
          labels: labels.ofContainer("auto-miner"),
        },
        { ...made, dependsOn: fresh ?? declared },
      );
    }

    this.nodes = Object.fromEntries(nodes.map((node) => [node.name, node])) as typeof this.nodes;
    this.endpoints = byName(nodes, ({ endpoint }) => endpoint);
    this.ports = byName(nodes, ({ ports }) => ports);
    this.rpcUser = rpcUser;
    this.rpcPassword = rpcPassword;
    this.chain = chainOutput(bootstrap, Object.keys(this.nodes), fresh);
    this.snapshots = pulumi.output(snapshot?.images ?? origin.snapshots ?? {});
    const { addresses } = declared;
    this.containers = byName(nodes, ({ name, container, volume }) => ({
      name: container.name,
      id: container.id,
      volume: volume.name,
      ip: addresses.apply((addresses) => addresses[name]),
    }));
    const { endpoints, ports, chain, snapshots, containers } = this;
    this.registerOutputs({ endpoints, ports, rpcUser, chain, snapshots, containers });
  }

  /** The node of that name. @throws Error that names the nodes */
  node(name: string): BitcoinNode {
    const nodes: Readonly<Record<string, BitcoinNode | undefined>> = this.nodes;
    const found = nodes[name];
    if (found !== undefined) return found;
    const names = Object.keys(nodes).join(", ");
    throw new Error(`the network has no node ${name}; it has ${names}`);
  }
}

const noPorts = { name: "", rpcPort: 0, ports: [] };

function byName<T>(
  nodes: readonly BitcoinNode[],
  of: (node: BitcoinNode) => T,
): pulumi.Output<Record<string, pulumi.Unwrap<T>>> {
  const entries = nodes.map((node) => [node.name, of(node)] as const);
  return pulumi.output(Object.fromEntries(entries));
}
