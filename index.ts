/** A Bitcoin regtest network: an image, a network, its nodes, their common history, and a snapshot of it all. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { volumeName } from "./bootstrap/plan/given-names.ts";
import { Bootstrap, Claim, Snapshot } from "./network/resources.ts";
import { type Kind, label, stackLabels } from "./engine/labels.ts";
import { AutoMiner } from "./network/auto-miner.ts";
import { autoMinerName } from "./bootstrap/plan/settings/auto-miner-name.ts";
import { loadConfig } from "./network/config/config.ts";
import { walkThroughPayment } from "./bootstrap/plan/settings/payments.ts";
import { unownedLabels } from "./engine/clean-up/owner.ts";
import { labelList } from "./network/label-list.ts";
import { dockerProvider } from "./network/docker-provider.ts";
import { BitcoinNode } from "./network/bitcoin-node.ts";
import { fromGenesis, fromSnapshot } from "./network/origin.ts";

const config = await loadConfig();
const provider = await dockerProvider();
const names = config.nodes.map(({ name }) => name);

// A stack that is started from a snapshot has one already, and makes none.
const snapshotImages =
  config.start === "snapshot"
    ? {}
    : Object.fromEntries(names.map((name) => [name, `${config.prefix}${name}:latest`]));

const origin = config.start === "snapshot" ? fromSnapshot(config) : fromGenesis(config);
const networkName = `${config.prefix}regtest-network`;
const volumeOf = (node: string) =>
  pulumi.interpolate`${volumeName(config.prefix, node)}-${origin.chain}`;

const claim = new Claim("claim", {
  stack: pulumi.getStack(),
  prefix: config.prefix,
  rpcUser: config.rpcUser,
  rpcPassword: config.rpcPassword,
  nodes: config.nodes.map((node) => ({
    name: node.name,
    containerName: config.prefix + node.name,
    rpcPort: node.rpcPort,
    portKey: node.portKey,
    ports: node.ports,
    snapshotImage: snapshotImages[node.name],
    volume: volumeOf(node.name),
    wallets: origin.walletsOf(node.name),
  })),
  helpers: config.autoMine === undefined ? [] : [config.prefix + autoMinerName],
  network: networkName,
  height: origin.height,
  timeout: config.timeout,
  discardBlocks: config.discardBlocks,
});
const labelsOf = (kind: Kind, more: Record<string, pulumi.Input<string>> = {}) =>
  pulumi
    .all([claim.stackId, claim.stack, more])
    .apply(([id, stack, more]) => ({ ...stackLabels(id, stack, kind), ...more }));

/** A container has the labels of its image where it has none of its own: none of these may come from there. */
const containerLabels = (kind: Kind, more?: Record<string, pulumi.Input<string>>) =>
  labelsOf(kind, { ...unownedLabels, [label.stackId]: claim.stackId, ...more });

const hostPortsOf = (index: number) =>
  claim.nodes.apply((nodes) => nodes[index] ?? { name: "", rpcPort: 0, ports: [] });

const images = origin.images(labelsOf("image"), { provider });

const network = new docker.Network(
  "network",
  { name: networkName, labels: labelList(labelsOf("network")) },
  { provider, deleteBeforeReplace: true },
);

const nodes = config.nodes.map(
  (node, index) =>
    new BitcoinNode(
      {
        node,
        containerName: config.prefix + node.name,
        connect: config.connect,
        mockTime: config.mockTime,
        hostPorts: hostPortsOf(index),
        image: images.idOf(node.name),
        after: images.all,
        network: network.name,
        rpcAuth: claim.rpcAuth,
        stopTimeout: config.timeout,
        labels: containerLabels("node", { [label.node]: node.name }),
        volume: volumeOf(node.name),
        volumeLabels: labelsOf("volume", { [label.node]: node.name, [label.chain]: origin.chain }),
      },
      { provider },
    ),
);

const running = {
  nodes: nodes.map(({ spec }) => spec),
  connect: config.connect,
  rpcUser: config.rpcUser,
  rpcPassword: claim.rpcPassword,
  timeout: config.timeout,
};

const bootstrap = new Bootstrap("bootstrap", {
  ...running,
  ...origin.history,
  discardBlocks: config.discardBlocks,
});

const snapshot =
  origin.plan !== undefined
    ? new Snapshot("snapshot", {
        ...running,
        stack: claim.stack,
        stackId: claim.stackId,
        name: pulumi.interpolate`${config.prefix}${claim.stack}`,
        kind: "snapshot",
        plan: origin.plan,
        chain: bootstrap.chain,
        funded: bootstrap.funded,
        references: snapshotImages,
        keep: config.keepSnapshots,
        reachedAt: bootstrap.addresses,
        clock: bootstrap.clock,
      })
    : undefined;

const miner = config.nodes.find(({ role }) => role === "miner")?.name ?? "";
if (config.autoMine !== undefined) {
  new AutoMiner(
    {
      prefix: config.prefix,
      image: images.idOf(miner),
      network: network.name,
      seconds: config.autoMine,
      peer: miner,
      address: bootstrap.miningAddress,
      height: bootstrap.chain.height,
      mockTime: config.mockTime,
      labels: containerLabels("auto-miner"),
    },
    // Only when there is nothing more to be made of the chain as it is declared.
    { dependsOn: snapshot ?? bootstrap, provider },
  );
}

/** Node's name → URL of its RPC. */
export const endpoints = Object.fromEntries(nodes.map(({ name, endpoint }) => [name, endpoint]));
/** Node's name → what it offers beside RPC, as far as config asks for it → where. */
export const ports = Object.fromEntries(nodes.map(({ name, offers }) => [name, offers]));
export const rpcUser = config.rpcUser;
export const rpcPassword = claim.rpcPassword;
/** Amounts in BTC, with 8 places. */
export const chain = pulumi
  .all([bootstrap.chain, bootstrap.funded])
  .apply(([{ height, tip, wallets }, funded]) => ({
    height,
    tip,
    ...walkThroughPayment(funded),
    /** Of the wallet that is named like its node. */
    balances: Object.fromEntries(names.map((name) => [name, wallets[name]?.[name]])),
    /** Node's name → the balances of all its wallets. */
    wallets,
    funded,
  }));
/** Node's name → the image to start it from by hand, `docker run … alice`. */
export const snapshots = snapshot?.images ?? origin.snapshots;
export const containers = Object.fromEntries(
  nodes.map(({ name, container, volume }) => [
    name,
    {
      name: container.name,
      id: container.id,
      volume: volume.name,
      ip: (snapshot ?? bootstrap).addresses.apply((addresses) => addresses[name]),
    },
  ]),
);
