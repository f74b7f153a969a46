import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { onThisMachine } from "../engine/host.ts";
import type { NodePorts, Placed } from "../provider/regtest/claimed-ports.ts";
import { confinement, nodeContainer } from "../bootstrap/nodes/node-container.ts";
import { containerPorts, portAddress, restAddress } from "../bootstrap/nodes/node-ports.ts";
import { type NodeSpec, rpcPortInContainer } from "../bootstrap/nodes/node.ts";
import type { Edge } from "../bootstrap/nodes/peers.ts";
import type { NodePlan } from "../bootstrap/plan/settings/network-plan.ts";
import { datadir } from "../bootstrap/containers/datadir.ts";
import { labelList } from "./label-list.ts";

/** @internal */
export interface BitcoinNodeArgs {
  readonly node: NodePlan;
  readonly containerName: string;
  /** Who is connected to whom, in the whole network. */
  readonly connect: readonly Edge[];
  /** Seconds since 1970 at which its clock stands still. Undefined: it shows the present. */
  readonly mockTime: number | undefined;
  /** Its ports on the engine's host. */
  readonly hostPorts: pulumi.Output<NodePorts & Placed>;
  /** Image id, so that a changed image replaces the container. */
  readonly image: pulumi.Input<string>;
  /** What must be there first, also where nothing of it is used: all nodes are made, or none. */
  readonly after: readonly pulumi.Resource[];
  readonly network: pulumi.Input<string>;
  /** Names that it has there beside its own. */
  readonly aliases: pulumi.Input<readonly string[]>;
  /** `USER:SALT$HASH`: the password never reaches the container. */
  readonly rpcAuth: pulumi.Input<string>;
  /** Seconds that bitcoind gets to write its state before it is killed. */
  readonly stopTimeout: number;
  readonly labels: pulumi.Input<Record<string, string>>;
  /** Name of the volume for its datadir. Another one is another chain. */
  readonly volume: pulumi.Input<string>;
  readonly volumeLabels: pulumi.Input<Record<string, string>>;
}

/**
 * A node as it is going to be.
 * @internal
 */
export interface NodeSpecOutput extends Omit<NodeSpec, "containerId"> {
  readonly containerId: pulumi.Output<string>;
}

function publishedPorts({
  rpcPort,
  ports,
  reach: { publish } = onThisMachine,
}: NodePorts & Placed): docker.types.input.ContainerPort[] {
  return [
    { internal: rpcPortInContainer, external: rpcPort },
    ...ports.map(({ name, port }) => ({ internal: containerPorts[name], external: port })),
  ].map((port) => ({ ...port, ip: publish }));
}

/** A bitcoind in a container, its datadir in a volume, its RPC and what else is asked for published on the engine's host. */
export class BitcoinNode extends pulumi.ComponentResource {
  /** In the network: its host name there too. */
  readonly name: string;
  readonly volume: docker.Volume;
  readonly container: docker.Container;
  /** URL of its RPC on the engine's host, without credentials. */
  readonly endpoint: pulumi.Output<string>;
  /** URL of its RPC for containers on the network, without credentials. */
  readonly internalUrl: string;
  /** What it offers beside RPC on the engine's host → where. */
  readonly ports: pulumi.Output<Record<string, string>>;
  /** @internal */
  readonly spec: NodeSpecOutput;

  /**
   * @param resource name of the resource
   * @internal
   */
  constructor(resource: string, args: BitcoinNodeArgs, options?: pulumi.ComponentResourceOptions) {
    const { node, connect, mockTime } = args;
    const { name, role, wallets, rest, host } = node;
    super("regtest:index:BitcoinNode", resource, {}, options);
    this.name = name;
    this.endpoint = args.hostPorts.apply(
      ({ rpcPort, reach: { address } = onThisMachine }) => `http://${address}:${rpcPort}`,
    );
    this.internalUrl = `http://${name}:${rpcPortInContainer}`;
    this.ports = pulumi
      .all([args.hostPorts, this.endpoint])
      .apply(([{ ports, reach: { address } = onThisMachine }, endpoint]) =>
        Object.fromEntries<string>([
          ...ports.map(({ name, port }) => [name, portAddress(name, address, port)] as const),
          ...(rest ? [["rest", restAddress(endpoint)] as const] : []),
        ]),
      );
    this.volume = new docker.Volume(
      resource,
      { name: args.volume, labels: labelList(args.volumeLabels) },
      // That of another chain is made first: if the update fails, nothing is gone yet.
      { parent: this, deleteBeforeReplace: false },
    );
    const offers = { ports: node.ports.map(({ name }) => name), rest };
    const { hostname, command } = nodeContainer({ ...node, offers, connect, mockTime });
    this.container = new docker.Container(
      resource,
      {
        name: args.containerName,
        hostname,
        image: args.image,
        ports: args.hostPorts.apply(publishedPorts),
        command: [pulumi.interpolate`-rpcauth=${args.rpcAuth}`, ...command],
        // Filled from the image when the container is made, as long as it is empty.
        volumes: [{ containerPath: datadir, volumeName: this.volume.name }],
        // All that a node writes is in its volume: whatever replaces the container, chain and wallets stay.
        readOnly: true,
        tmpfs: { "/tmp": "" },
        capabilities: { drops: confinement.capabilityDrops },
        securityOpts: confinement.securityOptions,
        stopTimeout: confinement.stopTimeout,
        logDriver: confinement.logDriver,
        logOpts: confinement.logOptions,
        // After a reboot, or a restart of the engine.
        restart: "unless-stopped",
        networksAdvanced: [
          {
            name: args.network,
            aliases: pulumi.output(args.aliases).apply((more) => [hostname, ...more]),
          },
        ],
        labels: labelList(args.labels),
        destroyGraceSeconds: args.stopTimeout,
      },
      // Also when somebody else asks for it, as `--replace` does: the name is free only then.
      { parent: this, dependsOn: [...args.after], deleteBeforeReplace: true },
    );
    this.spec = {
      ...{ name, role, wallets, containerId: this.container.id },
      ...(host !== undefined && { host }),
    };
    this.registerOutputs({ endpoint: this.endpoint, internalUrl: this.internalUrl });
  }
}
