import { logTail } from "../engine/container-log.ts";
import type { Node, Role } from "../bootstrap/node.ts";
import type { RpcClient } from "../bootstrap/rpc/client.ts";

/** A node of a network of your own, and all that a program needs to talk to it. */
export interface TestNode {
  readonly name: string;
  readonly role: Role;
  /** Where its RPC is: `http://127.0.0.1:PORT`. Stays the same until the network is disposed of. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** For calls about the node, and about its wallet as long as only one is loaded. Closed with the network. */
  readonly rpc: RpcClient;
  /** For calls to its own wallet, which has the node's name. */
  readonly wallet: RpcClient;
  readonly containerId: string;
  /** The last lines that bitcoind wrote. Default: 1,000 lines. */
  log(lines?: number): Promise<string>;
}

export function testNode(node: Node, user: string, password: string): TestNode {
  const { name, role, rpc, wallet, containerId, container } = node;
  const log = (lines = 1_000): Promise<string> => logTail(container, lines);
  return { name, role, url: rpc.url, user, password, rpc, wallet, containerId, log };
}
