/** A Bitcoin regtest network: an image, a network, its nodes, their common history, and a snapshot of it all. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { autoMiner, declaredHeightName } from "../bootstrap/plan/auto-miner.ts";
import type { ServicePlan } from "../bootstrap/plan/settings/service-plan.ts";
import { crowdAlias, roomForCrowd } from "../bootstrap/nodes/crowd.ts";
import type { ServiceDeclaration } from "../bootstrap/services/service.ts";
import { addressValues, credentialValues } from "../bootstrap/services/template.ts";
import type { CommittedImage } from "../bootstrap/snapshots/committed-image.ts";
import { onThisMachine } from "../engine/host.ts";
import { label } from "../engine/labels.ts";
import { BitcoinNode } from "./bitcoin-node.ts";
import { type ChainOutput, chainOutput } from "./chain-output.ts";
import { crowdService } from "./crowd.ts";
import { claimOf, networkNames } from "./claim.ts";
import { networkEngine } from "./network-engine.ts";
import { onHosts } from "./host-images.ts";
import { crowded } from "./images.ts";
import { overlay } from "./overlay.ts";
import { labelList } from "./label-list.ts";
import { networkLabels } from "./network-labels.ts";
import { originOf } from "./origin.ts";
import { refuseWithoutPlugin } from "./plugin-there.ts";
import { RegtestService } from "./regtest-service.ts";
import { Bootstrap, FreshBlock, Services, Snapshot } from "./resources.ts";
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
  /** Service's name → port's name → its URL on the engine's host. */
  readonly services: pulumi.Output<Record<string, Record<string, string>>>;
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
    const part = { parent: this };
    const settings = networkSettings(name, args, (hosts) => networkEngine(name, this, hosts));
    const { provider, providerOf, input: engine } = settings.engine;
    const made = { ...part, provider };
    const { nodes: plans, connect, rpcUser, timeout, mockTime } = settings;
    const { hosts, prefix, registry, encryptOverlay, crowd } = settings;
    const { discardBlocks, freshBlock, autoMine } = settings;
    const { name: miner = "", host: minersHost } = plans.find(({ role }) => role === "miner") ?? {};
    const declaredServices: (ServiceDeclaration & Pick<ServicePlan, "key">)[] = [
      ...settings.services,
      ...(autoMine === undefined
        ? []
        : [autoMiner({ seconds: autoMine, miner, host: minersHost, mockTime })]),
    ];
    const origin = originOf(settings, { name, engine, ...part });
    const names = networkNames(settings, origin);

    const claim = claimOf(
      `${name}-claim`,
      settings,
      { services: declaredServices, origin, names, engine },
      part,
    );
    const labels = networkLabels(claim);

    // Any of its hosts may get one of the crowd. What a service keeps is replaced by a program of its image.
    const programs = [
      ...settings.services.filter(({ state }) => state.length > 0),
      ...(crowd?.hosts ?? []).map((host) => ({ host })),
    ].map(({ host }) => ({ name: crowded, host }));
    const images = onHosts(
      origin.images({ name, engine, labels: labels.of("image"), ...made }),
      [...plans, ...settings.services, ...programs],
      { engine, hosts, prefix, registry, ...part },
    );

    this.network = new docker.Network(
      `${name}-network`,
      {
        name: names.network,
        labels: labelList(labels.of("network")),
        ...(hosts.length > 0 && overlay(settings, claim.subnet)),
      },
      // The engine adds to what it is given.
      { ...made, deleteBeforeReplace: true, ignoreChanges: encryptOverlay ? ["options"] : [] },
    );

    const nodes = plans.map((plan, index) => {
      const isDialled = crowd?.connect.includes(plan.name) === true;
      const node = isDialled
        ? { ...plan, arguments: [...roomForCrowd(crowd), ...plan.arguments] }
        : plan;
      const ofNode = { [label.node]: node.name };
      const args = {
        aliases: isDialled ? origin.chain.apply((chain) => [crowdAlias(node.name, chain)]) : [],
        ...{ node, connect, mockTime, stopTimeout: timeout },
        containerName: names.container(node.name),
        hostPorts: claim.nodes.apply((nodes) => nodes[index] ?? noPorts),
        image: images.idOf(node.name),
        after: images.all,
        network: this.network.name,
        rpcAuth: claim.rpcAuth,
        labels: labels.ofContainer("node", ofNode),
        volume: names.volume(node),
        volumeLabels: labels.of("volume", { ...ofNode, [label.chain]: origin.chain }),
      };
      const provider = providerOf(node.host);
      return new BitcoinNode(`${name}-${node.name}`, args, { ...part, provider });
    });

    const { rpcPassword } = claim;
    const credentials = pulumi
      .output(rpcPassword)
      .apply((password) => credentialValues(plans, { user: rpcUser, password }));
    const services = declaredServices.map((declared) => {
      const { name: service, mines = false } = declared;
      const ofService = { [label.node]: service };
      const claimed = claim.services.apply((all) => all?.find(({ name }) => name === service));
      const addresses = pulumi.all([origin.height, claimed]).apply(([height, claimed]) => ({
        ...addressValues(plans, declaredServices, claimed?.reach ?? onThisMachine),
        [declaredHeightName]: String(height),
      }));
      return new RegtestService(
        `${name}-${service}`,
        {
          ...{ declared, addresses, credentials, engine },
          containerName: names.container(service),
          hostPorts: claimed,
          image: images.idOf(mines ? miner : service),
          after: images.all,
          restores: mines ? undefined : origin.stateOf(service),
          network: this.network.name,
          labels: labels.ofContainer("service", {
            ...ofService,
            ...(mines && { [label.mines]: "true" }),
          }),
          volumeName: (folder) => names.stateVolume(declared, folder),
          volumeLabels: labels.of("volume", { ...ofService, [label.chain]: origin.chain }),
        },
        {
          ...{ ...part, provider: providerOf(declared.host) },
          aliases: mines ? [{ type: "regtest:index:AutoMiner" }] : [],
        },
      );
    });

    const specs = nodes.map(({ spec }) => spec);
    const serviceSpecs = services.map(({ spec }) => spec);
    const kept = serviceSpecs.filter(({ mines = false }) => !mines);
    const crowdSpec = crowd && { service: names.crowd, replicas: crowd.replicas };
    const alone = {
      ...{ nodes: specs, connect, rpcUser, rpcPassword, timeout, engine },
      ...(crowdSpec && { crowd: crowdSpec }),
    };
    // What is there without services is as it was before there were any.
    const running = { ...alone, ...(kept.length > 0 && { services: kept }) };

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
          { ...alone, chain: tip },
          { ...part, dependsOn: declared },
        )
      : undefined;

    if (services.length > 0) {
      const args = { ...alone, services: serviceSpecs, tip: tip.tip };
      new Services(`${name}-services`, args, { ...part, dependsOn: fresh ?? declared });
    }

    if (crowd !== undefined) {
      crowdService(
        `${name}-crowd`,
        crowd,
        {
          ...{ service: names.crowd, network: this.network.id, chain: origin.chain, mockTime },
          image: images.idOf(crowded),
          labels: labels.ofContainer("crowd"),
          outside: claim.outside,
        },
        { ...made, dependsOn: [...images.all, fresh ?? declared] },
      );
    }

    this.nodes = Object.fromEntries(nodes.map((node) => [node.name, node])) as typeof this.nodes;
    this.endpoints = byName(nodes, ({ endpoint }) => endpoint);
    this.ports = byName(nodes, ({ ports }) => ports);
    this.services = byName(services, ({ urls }) => urls);
    this.rpcUser = rpcUser;
    this.rpcPassword = rpcPassword;
    this.chain = chainOutput(bootstrap, Object.keys(this.nodes), fresh);
    this.snapshots = pulumi.output(snapshot?.images ?? origin.snapshots ?? {});
    const { addresses: ips } = declared;
    this.containers = byName(nodes, ({ name, container, volume }) => ({
      name: container.name,
      id: container.id,
      volume: volume.name,
      ip: ips.apply((ips) => ips[name]),
    }));
    const { endpoints, ports, chain, snapshots, containers } = this;
    const outputs = { endpoints, ports, services: this.services, rpcUser, chain, snapshots };
    this.registerOutputs({ ...outputs, containers });
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

function byName<Member extends { readonly name: string }, T>(
  members: readonly Member[],
  of: (member: Member) => T,
): pulumi.Output<Record<string, pulumi.Unwrap<T>>> {
  const entries = members.map((member) => [member.name, of(member)] as const);
  return pulumi.output(Object.fromEntries(entries));
}
