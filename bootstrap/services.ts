/** What a node offers beside RPC, each at a port of its own. */

export type Service = "p2p" | "zmq";

export const services: readonly Service[] = ["p2p", "zmq"];

/** The ports inside the containers: regtest's own for P2P (Bitcoin Core, chainparams.cpp), and the project's choice. */
export const servicePorts: Readonly<Record<Service, number>> = { p2p: 18444, zmq: 28332 };

const zmqTopics = ["rawblock", "rawtx", "hashblock", "hashtx", "sequence"];

/** Arguments of bitcoind for a service. It listens to the whole network: a peer's container may be a subscriber too. */
export const serviceArguments: Readonly<Record<Service, readonly string[]>> = {
  p2p: [],
  // One port for all topics: a subscriber says which it wants.
  zmq: zmqTopics.map((topic) => `-zmqpub${topic}=tcp://0.0.0.0:${servicePorts.zmq}`),
};

/** How a client names a service at a host port. */
export function serviceAddress(service: Service, port: number): string {
  return service === "zmq" ? `tcp://127.0.0.1:${port}` : `127.0.0.1:${port}`;
}
