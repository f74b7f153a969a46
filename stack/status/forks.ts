/** Finds nodes whose chain is not part of the longest one. */
import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { RpcError } from "../../bootstrap/rpc/rpc-errors.ts";
import { commonHeight } from "../../bootstrap/chain/tell-headers.ts";
import { nodeLimitMs } from "./look-node.ts";
import type { DeclaredStack, NodeStatus } from "./report.ts";

/** Compares each node that is at another tip than the highest one, or the first of those, with that one. */
export async function withForks(
  nodes: readonly NodeStatus[],
  { rpcUser, rpcPassword }: DeclaredStack,
  signal: AbortSignal,
): Promise<NodeStatus[]> {
  const highest = nodes.find(({ behind }) => behind === 0);
  const clientOf = ({ endpoint }: NodeStatus): RpcClient =>
    new RpcClient({
      ...{ url: endpoint, user: rpcUser, password: rpcPassword },
      ...{ signal, timeoutMs: nodeLimitMs, retry: false },
    });
  return await Promise.all(
    nodes.map(async (node) => {
      const { height, tip } = node;
      if (highest === undefined || height === undefined || tip === highest.tip) return node;
      await using top = clientOf(highest);
      await using own = clientOf(node);
      try {
        const common = await commonHeight({ rpc: top }, { rpc: own });
        return common < height ? { ...node, forkedAt: common } : node;
      } catch (error) {
        // It answered a moment ago; what is wrong with it now the next look tells.
        if (error instanceof RpcError) return node;
        throw error;
      }
    }),
  );
}
