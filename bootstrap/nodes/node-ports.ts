/** The interfaces that a node offers beside RPC, each on its own port. */
import type { Addresses } from "../../engine/published.ts";

/** `zmq` has all topics; some clients, such as lnd, want blocks and transactions from two different ports. */
export type PortName = "p2p" | "zmq" | "zmqBlock" | "zmqTx";

export const portNames: readonly PortName[] = ["p2p", "zmq", "zmqBlock", "zmqTx"];

/** The ports inside the containers: regtest's own for P2P (Bitcoin Core, chainparams.cpp), and the project's choice. */
export const containerPorts: Readonly<Record<PortName, number>> = {
  p2p: 18444,
  zmq: 28332,
  zmqBlock: 28333,
  zmqTx: 28334,
};

/** Arguments of bitcoind for a port. It listens to the whole network: a peer's container may be a subscriber too. */
export const portArguments: Readonly<Record<PortName, readonly string[]>> = {
  p2p: [],
  // One port for all topics: a subscriber says which it wants.
  zmq: published("zmq", ["rawblock", "rawtx", "hashblock", "hashtx", "sequence"]),
  zmqBlock: published("zmqBlock", ["rawblock", "hashblock"]),
  zmqTx: published("zmqTx", ["rawtx", "hashtx"]),
};

function published(name: PortName, topics: readonly string[]): string[] {
  return topics.map((topic) => `-zmqpub${topic}=tcp://0.0.0.0:${containerPorts[name]}`);
}

/** With it, the RPC port answers REST too. */
export const restArgument = "-rest";

/** Where a client finds a port of that name. */
export function portAddress(name: PortName, host: string, port: number): string {
  return withScheme(name, `${host}:${port}`);
}

function withScheme(name: PortName, address: string): string {
  return `${name === "p2p" ? "" : "tcp://"}${address}`;
}

/** What a container offers beside RPC. */
export interface Offers {
  readonly ports: readonly PortName[];
  readonly rest: boolean;
}

/** Container's port, such as `18444/tcp` → where it is published, as the Docker engine tells it. */
type EnginePorts = Readonly<
  Partial<Record<string, readonly { readonly HostPort: string }[] | null>>
>;

/** Name → where a client finds it; `rest` too, where the node has it. */
export function portAddresses(
  ports: EnginePorts,
  command: readonly string[],
  addressOf: Addresses,
  rpcUrl: string,
): Record<string, string> {
  return Object.fromEntries([
    ...portNames.flatMap((name) => {
      const [at] = ports[`${containerPorts[name]}/tcp`] ?? [];
      return at === undefined ? [] : [[name, withScheme(name, addressOf(Number(at.HostPort)))]];
    }),
    ...(command.includes(restArgument) ? [["rest", restAddress(rpcUrl)]] : []),
  ]) as Record<string, string>;
}

/**
 * The same for a container on the network: by the node's host name and the ports in its container.
 * @param published names of what the node publishes; P2P it has for its peers, published or not
 */
export function internalAddresses(
  node: string,
  published: readonly string[],
  rpcUrl: string,
): Record<string, string> {
  return Object.fromEntries([
    ...portNames
      .filter((name) => name === "p2p" || published.includes(name))
      .map((name) => [name, portAddress(name, node, containerPorts[name])]),
    ...(published.includes("rest") ? [["rest", restAddress(rpcUrl)]] : []),
  ]) as Record<string, string>;
}

export function restAddress(rpcUrl: string): string {
  return `${rpcUrl}/rest`;
}
