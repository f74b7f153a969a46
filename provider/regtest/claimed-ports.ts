/** Host ports for what nobody gave one: chosen once, and then kept. */
import { freePort } from "../../engine/free-ports.ts";
import type { Service } from "../../bootstrap/nodes/node-ports.ts";

/** A port of a node beside that of its RPC. */
export interface ServicePort {
  readonly service: Service;
  /** TCP port of the engine's host. */
  readonly port: number;
  /** The config key that it comes from, for messages. */
  readonly key: string;
}

/** All host ports of a node. */
export interface NodePorts {
  /** Of the node. */
  readonly name: string;
  /** TCP port of the engine's host. */
  readonly rpcPort: number;
  readonly ports: readonly ServicePort[];
}

/** The same as declared: without a port, any free one will do. */
export interface PortsWanted extends Omit<NodePorts, "rpcPort" | "ports"> {
  readonly rpcPort?: number | undefined;
  readonly ports: readonly (Omit<ServicePort, "port"> & { readonly port?: number | undefined })[];
}

/**
 * Gives every node its ports: the one that it is given, else the one that it had, else a free one. That is
 * none of those that the system hands out: while a node is stopped for a snapshot, nobody gets it by chance.
 */
export async function withPorts<T extends PortsWanted>(
  nodes: readonly T[],
  before: readonly NodePorts[],
): Promise<(Omit<T, keyof NodePorts> & NodePorts)[]> {
  const kept = new Map(before.flatMap(portsOf));
  const known = new Map(nodes.flatMap(portsOf).map(([key, port]) => [key, port ?? kept.get(key)]));
  const taken = new Set([...known.values()].filter((port) => port !== undefined));
  const choose = async (key: string): Promise<number> => {
    const port = known.get(key) ?? (await freePort(taken));
    taken.add(port);
    return port;
  };
  const result: (Omit<T, keyof NodePorts> & NodePorts)[] = [];
  for (const node of nodes) {
    const rpcPort = await choose(keyOf(node.name, "rpc"));
    const ports: ServicePort[] = [];
    for (const wanted of node.ports) {
      ports.push({ ...wanted, port: await choose(keyOf(node.name, wanted.service)) });
    }
    result.push({ ...node, rpcPort, ports });
  }
  return result;
}

function portsOf({ name, rpcPort, ports }: PortsWanted): [string, number | undefined][] {
  return [
    [keyOf(name, "rpc"), rpcPort],
    ...ports.map(({ service, port }): [string, number | undefined] => [keyOf(name, service), port]),
  ];
}

function keyOf(node: string, service: Service | "rpc"): string {
  return `${node} ${service}`;
}
