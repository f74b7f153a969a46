/** Environment variables by which a network's nodes and services are reached. */
import { internalAddresses } from "../../bootstrap/nodes/node-ports.ts";
import { rpcPortInContainer } from "../../bootstrap/nodes/node.ts";

export interface Reached {
  readonly rpcUser: string;
  readonly rpcPassword: string;
  readonly nodes: readonly ReachedNode[];
  readonly services: readonly ReachedService[];
}

interface ReachedService {
  readonly name: string;
  /** Port's name → its URL. */
  readonly ports: Readonly<Record<string, string>>;
}

interface ReachedNode {
  readonly name: string;
  readonly endpoint: string;
  /** What it offers beside RPC → where. */
  readonly ports: Readonly<Record<string, string>>;
}

/** As a container on the Docker network reaches it. */
export function fromInside({ name, ports }: ReachedNode): ReachedNode {
  const endpoint = `http://${name}:${rpcPortInContainer}`;
  return { name, endpoint, ports: internalAddresses(name, Object.keys(ports), endpoint) };
}

/** Name → value: `RPC_USER`, `RPC_PASSWORD`, of each node `ALICE_RPC_URL`, `ALICE_ZMQ` and so on, of a service `SHOP_WEB`. */
export function variables({
  rpcUser,
  rpcPassword,
  nodes,
  services,
}: Reached): Record<string, string> {
  return Object.fromEntries([
    ["RPC_USER", rpcUser],
    ["RPC_PASSWORD", rpcPassword],
    ...nodes.flatMap(({ name, endpoint, ports }) => [
      [`${prefixOf(name)}_RPC_URL`, endpoint],
      ...portVariables(name, ports),
    ]),
    ...services.flatMap(({ name, ports }) => portVariables(name, ports)),
  ]) as Record<string, string>;
}

function portVariables(name: string, ports: Readonly<Record<string, string>>): string[][] {
  return Object.entries(ports).map(([port, address]) => [
    `${prefixOf(name)}_${upperSnakeCase(port)}`,
    address,
  ]);
}

function prefixOf(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** As a shell and readers of `.env` files take it. */
export function assignment(name: string, value: string): string {
  return `${name}=${quoted(value)}`;
}

function quoted(text: string): string {
  return /^[\w./:@%+,=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function upperSnakeCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, "_$&").toUpperCase();
}
