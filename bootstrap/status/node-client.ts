import { RpcClient } from "../rpc/client.ts";
import { nodeLimitMs } from "./look-node.ts";
import type { NetworkDeclaration, NodeStatus } from "./report.ts";

/** Asks a node that has answered a moment ago. Close it. */
export function nodeClient(
  { endpoint }: NodeStatus,
  { rpcUser, rpcPassword }: NetworkDeclaration,
  signal: AbortSignal,
): RpcClient {
  return new RpcClient({
    ...{ url: endpoint, user: rpcUser, password: rpcPassword },
    ...{ signal, timeoutMs: nodeLimitMs, retry: false },
  });
}
