import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { nodeLimitMs } from "./look-node.ts";
import type { DeclaredStack, NodeStatus } from "./report.ts";

/** Asks a node that has answered a moment ago. Close it. */
export function nodeClient(
  { endpoint }: NodeStatus,
  { rpcUser, rpcPassword }: DeclaredStack,
  signal: AbortSignal,
): RpcClient {
  return new RpcClient({
    ...{ url: endpoint, user: rpcUser, password: rpcPassword },
    ...{ signal, timeoutMs: nodeLimitMs, retry: false },
  });
}
