/** Host ports for what nobody gave one: chosen once, and then kept. */
import { freePort } from "../../engine/free-ports.ts";
import type { Reach } from "../../engine/host.ts";
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

/** What has its ports on the engine's host. */
export interface Placed {
  /** Where they are published, and found. Left out: on this machine. */
  readonly reach?: Reach | undefined;
}

/** The same as declared: without a port, any free one will do. */
export type PortsWanted = Pick<NodePlan, keyof NodePorts>;

/** What a service is going to have on the engine. */
export interface ClaimedService extends Wanted, Placed {
  readonly name: string;
  /** Name of the host that it is on. Left out: the only one. */
  readonly host?: string | undefined;
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

interface Members<N extends PortsWanted, S extends DeclaredService> {
  readonly nodes: readonly N[];
  readonly services?: readonly S[] | undefined;
}

/**
 * Gives nodes and services their ports: the one that is given, else the one that it had, else a free one. That is
 * none of those that the system hands out: while a node is stopped for a snapshot, nobody gets it by chance.
 * @param inUse ports that are not free, which this machine may not see. Default: none.
 */
export async function withPorts<T extends PortsWanted>(
  members: Members<T, DeclaredService>,
  before: Members<NodePorts, ClaimedService> = { nodes: [] },
  inUse: readonly number[] = [],
): Promise<{ nodes: (Omit<T, keyof NodePorts> & NodePorts)[]; services: ClaimedService[] }> {
  const portOf = await chosen(portsOf(members), portsOf(before), inUse);
  const given = <P extends { readonly name: string }>(member: string, ports: readonly P[]) =>
    ports.map((port) => ({ ...port, port: portOf(keyOf(member, port.name)) }));
  const { nodes, services = [] } = members;
  return {
    nodes: nodes.map((node) => ({
      ...node,
      rpcPort: portOf(keyOf(node.name, "rpc")),
      ports: given(node.name, node.ports),
    })),
    services: services.map((service) => ({
      ...service,
      ports: given(service.name, service.ports),
    })),
  };
}

/** The named ports that a state has of a node. One of version 0.1 may have none, and calls the name `service`. */
export function recordedPorts({ ports = [] }: Partial<NodePorts>): readonly NamedPort[] {
  return ports.map(({ service, ...port }: NamedPort & { readonly service?: PortName }) =>
    service === undefined ? port : { ...port, name: service },
  );
}

/** Whose it is, and the port where there is one. */
type KeyedPort = readonly [key: string, port: number | undefined];

/**
 * Gives each its port: the one that it is given, else the one that it had, else a free one.
 * @param others ports that are not free though nobody listens there yet
 */
async function chosen(
  wanted: readonly KeyedPort[],
  before: readonly KeyedPort[],
  others: readonly number[],
): Promise<(key: string) => number> {
  const had = new Map(before);
  const known = new Map(wanted.map(([key, port]) => [key, port ?? had.get(key)]));
  const taken = new Set([...others, ...[...known.values()].filter((port) => port !== undefined)]);
  const ports = new Map<string, number>();
  for (const [key, port = await freePort(taken)] of known) {
    taken.add(port);
    ports.set(key, port);
  }
  return (key) => {
    const port = ports.get(key);
    if (port === undefined) throw new Error(`${key} was given no port`);
    return port;
  };
}

function portsOf({ nodes, services = [] }: Members<PortsWanted, DeclaredService>): KeyedPort[] {
  return [
    ...nodes.map(({ name, rpcPort }): KeyedPort => [keyOf(name, "rpc"), rpcPort]),
    ...[...nodes, ...services].flatMap(({ name: member, ports }) =>
      ports.map(({ name, port }): KeyedPort => [keyOf(member, name), port]),
    ),
  ];
}

function keyOf(member: string, port: string): string {
  return `${member} ${port}`;
}
