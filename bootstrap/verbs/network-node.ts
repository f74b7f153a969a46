import { logTail } from "../../engine/log.ts";
import type { Node, Role } from "../nodes/node.ts";
import type { RpcClient } from "../rpc/client.ts";
import type { PortName } from "../nodes/node-ports.ts";

/** A node, and all that a program needs to talk to it. */
export interface NetworkNode {
  readonly name: string;
  readonly role: Role;
  /** Where its RPC is: `http://127.0.0.1:PORT`. Stays the same as long as the network lasts. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** For calls about the node, and about its wallet as long as only one is loaded. Closed with the network. */
  readonly rpc: RpcClient;
  /** For calls to its own wallet, which has the node's name. */
  readonly wallet: RpcClient;
  /**
   * What its snapshot's node published beside RPC → where: `p2p` as `127.0.0.1:PORT`, `zmq`, `zmqBlock` and
   * `zmqTx` as `tcp://127.0.0.1:PORT`, `rest` as a URL.
   */
  readonly ports: Readonly<Partial<Record<PortName | "rest", string>>>;
  readonly containerId: string;
  readonly containerName: string;
  /** The last lines that bitcoind wrote. Default: 1,000 lines. */
  log(lines?: number): Promise<string>;
}

export function networkNode(node: Node): NetworkNode {
  const { name, role, rpc, wallet, ports, containerId, containerName } = node;
  const log = (lines = 1_000): Promise<string> => logTail(node.container, lines, node.logSince);
  return {
    ...{ name, role, url: rpc.url, ...node.credentials, rpc, wallet },
    ...{ ports, containerId, containerName, log },
  };
}
