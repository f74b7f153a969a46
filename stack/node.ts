import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { type NodeSpec, type Role, rpcPortInContainer } from "../bootstrap/node.ts";
import { labelList } from "./labels.ts";

export interface BitcoinNodeArgs {
  /** Host name on the network, wallet name, and how the node presents itself to its peers. */
  readonly name: string;
  readonly role: Role;
  readonly containerName: string;
  /** Image id, so that a changed image replaces the container. */
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  /** `USER:SALT$HASH`: the password never reaches the container. */
  readonly rpcAuth: pulumi.Input<string>;
  /** Host port on 127.0.0.1. */
  readonly rpcPort: number;
  /** Names of the nodes it connects to by itself, at its start and when one comes back. */
  readonly peers: readonly string[];
  /** Seconds since 1970 at which its clock stands still. Left out: it shows the present. */
  readonly mockTime?: number | undefined;
  /** Seconds that bitcoind gets to write its state before it is killed. */
  readonly stopTimeout: number;
  readonly labels: pulumi.Input<Record<string, string>>;
}

/** A bitcoind in a container, with its RPC published on 127.0.0.1. */
export class BitcoinNode extends pulumi.ComponentResource {
  readonly name: string;
  /** What the bootstrap needs to know of it. */
  readonly spec: pulumi.Output<NodeSpec>;
  readonly container: docker.Container;
  /** URL of its RPC, without credentials. */
  readonly endpoint: string;

  constructor(args: BitcoinNodeArgs, options?: pulumi.ComponentResourceOptions) {
    super("regtest:stack:BitcoinNode", args.name, {}, options);
    this.name = args.name;
    this.endpoint = `http://127.0.0.1:${args.rpcPort}`;
    this.container = new docker.Container(
      args.name,
      {
        name: args.containerName,
        image: args.image,
        hostname: args.name,
        command: [
          pulumi.interpolate`-rpcauth=${args.rpcAuth}`,
          `-uacomment=${args.name}`,
          ...args.peers.map((peer) => `-addnode=${peer}`),
          ...(args.mockTime === undefined ? [] : [`-mocktime=${args.mockTime}`]),
        ],
        networksAdvanced: [{ name: args.network, aliases: [args.name] }],
        ports: [{ internal: rpcPortInContainer, external: args.rpcPort, ip: "127.0.0.1" }],
        labels: labelList(args.labels),
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges"],
        // Both: the first counts for Pulumi, the second for `docker stop`.
        destroyGraceSeconds: args.stopTimeout,
        stopTimeout: args.stopTimeout,
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "2" },
      },
      { parent: this },
    );
    this.spec = this.container.id.apply((containerId) => ({
      name: args.name,
      role: args.role,
      containerId,
    }));
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
