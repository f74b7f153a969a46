/** The host ports of a node, as they are declared. */
import { type PortName, portNames } from "../../nodes/node-ports.ts";
import { freePort, type GivenNode, portKeyOf } from "./node-schema.ts";

/** A port of a node beside that of its RPC, published when it is asked for. */
export interface PortPlan {
  readonly name: PortName;
  /** Host port on 127.0.0.1. Left out: one that is free is chosen once, and kept. */
  readonly port?: number | undefined;
  /** Its config key, for messages. */
  readonly key: string;
}

export interface NodePortsPlan {
  /** Host port on 127.0.0.1. Left out: one that is free is chosen once, and kept. */
  readonly rpcPort?: number | undefined;
  /** The config key of the port, for messages. */
  readonly portKey: string;
  readonly ports: readonly PortPlan[];
}

/** The keys for the RPC ports of nodes of certain names, where the nodes themselves say nothing. */
const knownKeys = { alice: "aliceRpcPort", miner: "minerRpcPort" } as const;

export function portsOf(
  node: GivenNode,
  index: number,
  known: Readonly<Record<(typeof knownKeys)[keyof typeof knownKeys], number>>,
): NodePortsPlan {
  const chosen = (port: number | typeof freePort | undefined): number | undefined =>
    port === freePort ? undefined : port;
  const { name, rpcPort } = node;
  const knownKey =
    rpcPort === undefined && (name === "alice" || name === "miner") ? knownKeys[name] : undefined;
  return {
    rpcPort: knownKey === undefined ? chosen(rpcPort) : known[knownKey],
    portKey: knownKey ?? `nodes[${index}].rpcPort`,
    ports: portNames.flatMap((name) => {
      const wanted = node[portKeyOf(name)];
      if (wanted === undefined) return [];
      return [{ name, port: chosen(wanted), key: `nodes[${index}].${portKeyOf(name)}` }];
    }),
  };
}
