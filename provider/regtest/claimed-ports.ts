/** Host ports for what nobody gave one: chosen once, and then kept. */
import { freePort } from "../../engine/free-ports.ts";
import type { Wanted } from "./claims.ts";
import type { PortName } from "../../bootstrap/nodes/node-ports.ts";
import type { NodePlan } from "../../bootstrap/plan/settings/network-plan.ts";
import type { PortPlan } from "../../bootstrap/plan/settings/ports.ts";

/** A port that is chosen. */
export type NamedPort = PortPlan & { readonly port: number };

/** All host ports of a node. */
export interface NodePorts {
  /** Of the node. */
  readonly name: string;
  /** TCP port of the engine's host. */
  readonly rpcPort: number;
  readonly ports: readonly NamedPort[];
}

/** The same as declared: without a port, any free one will do. */
export type PortsWanted = Pick<NodePlan, keyof NodePorts>;

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
    const ports: NamedPort[] = [];
    for (const wanted of node.ports) {
      ports.push({ ...wanted, port: await choose(keyOf(node.name, wanted.name)) });
    }
    result.push({ ...node, rpcPort, ports });
  }
  return result;
}

/** What a service is going to have on the engine. */
export interface ClaimedService extends Wanted {
  readonly name: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly key: string }[];
}

/** The same as declared: without a port, any free one will do. */
export type DeclaredService = Omit<ClaimedService, "ports"> & {
  readonly ports: readonly {
    readonly name: string;
    readonly port?: number | undefined;
    readonly key: string;
  }[];
};

/** Gives every service its ports, as {@link withPorts} does, and none of the nodes'. */
export async function withServicePorts(
  services: readonly DeclaredService[],
  nodes: readonly NodePorts[],
  before: readonly ClaimedService[],
): Promise<ClaimedService[]> {
  const kept = new Map(
    before.flatMap(({ name, ports }) =>
      ports.map((port) => [`${name} ${port.name}`, port.port] as const),
    ),
  );
  const given = services.flatMap(({ ports }) => ports.flatMap(({ port }) => port ?? []));
  const taken = new Set([
    ...nodes.flatMap(({ rpcPort, ports }) => [rpcPort, ...ports.map(({ port }) => port)]),
    ...given,
    ...kept.values(),
  ]);
  const result: ClaimedService[] = [];
  for (const service of services) {
    const ports: ClaimedService["ports"][number][] = [];
    for (const wanted of service.ports) {
      const port =
        wanted.port ?? kept.get(`${service.name} ${wanted.name}`) ?? (await freePort(taken));
      taken.add(port);
      ports.push({ ...wanted, port });
    }
    result.push({ ...service, ports });
  }
  return result;
}

/** The named ports that a state has of a node. One of version 0.1 may have none, and calls the name `service`. */
export function recordedPorts({ ports = [] }: Partial<NodePorts>): readonly NamedPort[] {
  return ports.map(({ service, ...port }: NamedPort & { readonly service?: PortName }) =>
    service === undefined ? port : { ...port, name: service },
  );
}

function portsOf(node: PortsWanted): [string, number | undefined][] {
  return [
    [keyOf(node.name, "rpc"), node.rpcPort],
    ...node.ports.map(({ name, port }): [string, number | undefined] => [
      keyOf(node.name, name),
      port,
    ]),
  ];
}

function keyOf(node: string, name: PortName | "rpc"): string {
  return `${node} ${name}`;
}
