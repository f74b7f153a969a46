/** What a node's container is, whoever makes it: a stack by Pulumi, or the test kit by the engine's API. */
import { containerPorts, type Offers, portArguments, restArgument } from "./node-ports.ts";
import { rpcPortInContainer } from "./node.ts";
import { dialledBy, type Edge } from "./peers.ts";

export interface NodeToStart {
  readonly name: string;
  readonly offers: Offers;
  /** Who is connected to whom, in the whole network. */
  readonly connect: readonly Edge[];
  /** Arguments of bitcoind beside the project's own. */
  readonly arguments: readonly string[];
  /** Seconds since 1970 at which its clock stands still. Left out: it shows the present. */
  readonly mockTime?: number | undefined;
}

export interface NodeContainer {
  /** Its name on the network too. */
  readonly hostname: string;
  /** Arguments of bitcoind after its credentials. */
  readonly command: readonly string[];
  /** TCP ports in the container that are published on 127.0.0.1, that of its RPC first. */
  readonly ports: readonly number[];
}

export function nodeContainer(node: NodeToStart): NodeContainer {
  const { name, offers, connect, mockTime } = node;
  return {
    hostname: name,
    command: [
      `-uacomment=${name}`,
      ...dialledBy(name, connect).map((peer) => `-addnode=${peer}`),
      ...(mockTime === undefined ? [] : [`-mocktime=${mockTime}`]),
      ...offers.ports.flatMap((port) => portArguments[port]),
      ...(offers.rest ? [restArgument] : []),
      ...node.arguments,
    ],
    ports: [rpcPortInContainer, ...offers.ports.map((port) => containerPorts[port])],
  };
}

/** Of every node's container. */
export const confinement = {
  capabilityDrops: ["ALL"],
  securityOptions: ["no-new-privileges"],
  /** Seconds that `docker stop` gives it. Fixed: with the configured ones, others would replace the container. */
  stopTimeout: 60,
  logDriver: "json-file",
  logOptions: { "max-size": "10m", "max-file": "2" },
};
