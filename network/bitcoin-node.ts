import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { engineHost, publishedUrl } from "../engine/host.ts";
import type { NodePorts } from "../provider/regtest/claimed-ports.ts";
import { type Role, rpcPortInContainer } from "../bootstrap/nodes/node.ts";
import {
  restAddress,
  restArgument,
  type PortName,
  portAddress,
  portArguments,
  containerPorts,
} from "../bootstrap/nodes/node-ports.ts";
import { datadir } from "../bootstrap/containers/datadir.ts";
import { labelList } from "./label-list.ts";

/** What is known of a node before anything is made. */
export interface DeclaredNode {
  /** Host name on the network, wallet name, and how the node presents itself to its peers. */
  readonly name: string;
  readonly role: Role;
  readonly containerName: string;
  /** Wallets beside its own. */
  readonly wallets: readonly string[];
  /** What it offers beside RPC, each at a port of its own. */
  readonly publishes: readonly PortName[];
  /** Whether its RPC port answers REST too. */
  readonly rest: boolean;
  /** Names of the nodes that it dials, at its start and when one comes back. */
  readonly dials: readonly string[];
  /** Arguments of bitcoind beside the project's own. */
  readonly arguments: readonly string[];
  /** Seconds since 1970 at which its clock stands still. Left out: it shows the present. */
  readonly mockTime?: number | undefined;
}

export interface BitcoinNodeArgs extends DeclaredNode {
  /** Its ports on the engine's host. */
  readonly hostPorts: pulumi.Output<NodePorts>;
  /** Image id, so that a changed image replaces the container. */
  readonly image: pulumi.Input<string>;
  /** What must be there first, also where nothing of it is used: all nodes are made, or none. */
  readonly after: readonly pulumi.Resource[];
  readonly network: pulumi.Input<string>;
  /** `USER:SALT$HASH`: the password never reaches the container. */
  readonly rpcAuth: pulumi.Input<string>;
  /** Seconds that bitcoind gets to write its state before it is killed. */
  readonly stopTimeout: number;
  readonly labels: pulumi.Input<Record<string, string>>;
  /** Name of the volume for its datadir. Another one is another chain. */
  readonly volume: pulumi.Input<string>;
  readonly volumeLabels: pulumi.Input<Record<string, string>>;
}

/** What the bootstrap needs to know of a node. */
export interface DeclaredSpec {
  readonly name: string;
  readonly role: Role;
  readonly wallets: readonly string[];
  readonly containerId: pulumi.Output<string>;
}

function containerArgs(node: DeclaredNode) {
  const { name, containerName, dials, publishes, rest, mockTime } = node;
  return {
    name: containerName,
    hostname: name,
    command: [
      `-uacomment=${name}`,
      ...dials.map((peer) => `-addnode=${peer}`),
      ...(mockTime === undefined ? [] : [`-mocktime=${mockTime}`]),
      ...publishes.flatMap((name) => portArguments[name]),
      ...(rest ? [restArgument] : []),
      ...node.arguments,
    ],
    // All that a node writes is in its volume: whatever replaces the container, chain and wallets stay.
    readOnly: true,
    tmpfs: { "/tmp": "" },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
    // After a reboot, or a restart of the engine.
    restart: "unless-stopped",
    // For `docker stop`. Fixed: with the configured one, another would replace the container.
    stopTimeout: 60,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "2" },
  } satisfies Partial<docker.ContainerArgs>;
}

function publishedPorts({ rpcPort, ports }: NodePorts): docker.types.input.ContainerPort[] {
  return [
    { internal: rpcPortInContainer, external: rpcPort },
    ...ports.map(({ name, port }) => ({ internal: containerPorts[name], external: port })),
  ].map((port) => ({ ...port, ip: engineHost }));
}

/** A bitcoind in a container, its datadir in a volume, its RPC and what else is asked for published on the engine's host. */
export class BitcoinNode extends pulumi.ComponentResource {
  readonly name: string;
  readonly spec: DeclaredSpec;
  readonly volume: docker.Volume;
  readonly container: docker.Container;
  /** URL of its RPC, without credentials. */
  readonly endpoint: pulumi.Output<string>;
  /** What it offers beside RPC → where. */
  readonly offers: pulumi.Output<Record<string, string>>;

  constructor(args: BitcoinNodeArgs, options?: pulumi.ComponentResourceOptions) {
    super("regtest:stack:BitcoinNode", args.name, {}, options);
    this.name = args.name;
    this.endpoint = args.hostPorts.apply(({ rpcPort }) => publishedUrl(rpcPort));
    this.offers = pulumi
      .all([args.hostPorts, this.endpoint])
      .apply(([{ ports }, endpoint]) =>
        Object.fromEntries<string>([
          ...ports.map(({ name, port }) => [name, portAddress(name, port)] as const),
          ...(args.rest ? [["rest", restAddress(endpoint)] as const] : []),
        ]),
      );
    this.volume = new docker.Volume(
      args.name,
      { name: args.volume, labels: labelList(args.volumeLabels) },
      // That of another chain is made first: if the update fails, nothing is gone yet.
      { parent: this, deleteBeforeReplace: false },
    );
    const known = containerArgs(args);
    this.container = new docker.Container(
      args.name,
      {
        ...known,
        image: args.image,
        ports: args.hostPorts.apply(publishedPorts),
        command: [pulumi.interpolate`-rpcauth=${args.rpcAuth}`, ...known.command],
        // Filled from the image when the container is made, as long as it is empty.
        volumes: [{ containerPath: datadir, volumeName: this.volume.name }],
        networksAdvanced: [{ name: args.network, aliases: [args.name] }],
        labels: labelList(args.labels),
        destroyGraceSeconds: args.stopTimeout,
      },
      // Also when somebody else asks for it, as `--replace` does: the name is free only then.
      { parent: this, dependsOn: [...args.after], deleteBeforeReplace: true },
    );
    this.spec = {
      name: args.name,
      role: args.role,
      wallets: args.wallets,
      containerId: this.container.id,
    };
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
