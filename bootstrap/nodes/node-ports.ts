/** The interfaces that a node offers beside RPC, each on its own port. */
import { engineHost } from "../../engine/host.ts";

/** `zmq` has all topics; some clients, such as lnd, want blocks and transactions from two different ports. */
export type Service = "p2p" | "zmq" | "zmqBlock" | "zmqTx";

export const services: readonly Service[] = ["p2p", "zmq", "zmqBlock", "zmqTx"];

/** The ports inside the containers: regtest's own for P2P (Bitcoin Core, chainparams.cpp), and the project's choice. */
export const servicePorts: Readonly<Record<Service, number>> = {
  p2p: 18444,
  zmq: 28332,
  zmqBlock: 28333,
  zmqTx: 28334,
};

/** Arguments of bitcoind for a service. It listens to the whole network: a peer's container may be a subscriber too. */
export const serviceArguments: Readonly<Record<Service, readonly string[]>> = {
  p2p: [],
  // One port for all topics: a subscriber says which it wants.
  zmq: published("zmq", ["rawblock", "rawtx", "hashblock", "hashtx", "sequence"]),
  zmqBlock: published("zmqBlock", ["rawblock", "hashblock"]),
  zmqTx: published("zmqTx", ["rawtx", "hashtx"]),
};

function published(service: Service, topics: readonly string[]): string[] {
  return topics.map((topic) => `-zmqpub${topic}=tcp://0.0.0.0:${servicePorts[service]}`);
}

/** With it, the RPC port answers REST too. */
export const restArgument = "-rest";

/** How a client names a service at a host port. */
export function serviceAddress(service: Service, port: number): string {
  return `${service === "p2p" ? "" : "tcp://"}${engineHost}:${port}`;
}

/** What a container offers beside RPC. */
export interface Offers {
  readonly services: readonly Service[];
  readonly rest: boolean;
}

/** Container's port, such as `18444/tcp` → where it is published, as the Docker engine tells it. */
type EnginePorts = Readonly<
  Partial<Record<string, readonly { readonly HostPort: string }[] | null>>
>;

/** Service → where a client finds it; `rest` too, where the node has it. */
export function serviceAddresses(
  ports: EnginePorts,
  command: readonly string[],
  rpcUrl: string,
): Record<string, string> {
  return Object.fromEntries([
    ...services.flatMap((service) => {
      const [at] = ports[`${servicePorts[service]}/tcp`] ?? [];
      return at === undefined ? [] : [[service, serviceAddress(service, Number(at.HostPort))]];
    }),
    ...(command.includes(restArgument) ? [["rest", restAddress(rpcUrl)]] : []),
  ]) as Record<string, string>;
}

export function restAddress(rpcUrl: string): string {
  return `${rpcUrl}/rest`;
}
