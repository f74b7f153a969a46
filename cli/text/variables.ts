/** Environment variables by which a network's nodes are reached. */
import { internalAddresses } from "../../bootstrap/nodes/node-ports.ts";
import { rpcPortInContainer } from "../../bootstrap/nodes/node.ts";

export interface Reached {
  readonly rpcUser: string;
  readonly rpcPassword: string;
  readonly nodes: readonly ReachedNode[];
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

/** Name → value: `RPC_USER`, `RPC_PASSWORD`, and of each node `ALICE_RPC_URL`, `ALICE_ZMQ` and so on. */
export function variables({ rpcUser, rpcPassword, nodes }: Reached): Record<string, string> {
  return Object.fromEntries([
    ["RPC_USER", rpcUser],
    ["RPC_PASSWORD", rpcPassword],
    ...nodes.flatMap(({ name, endpoint, ports }) => {
      const prefix = name.toUpperCase().replaceAll("-", "_");
      return [
        [`${prefix}_RPC_URL`, endpoint],
        ...Object.entries(ports).map(([port, address]) => [
          `${prefix}_${upperSnakeCase(port)}`,
          address,
        ]),
      ];
    }),
  ]) as Record<string, string>;
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
