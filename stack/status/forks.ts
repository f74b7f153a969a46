/** Finds nodes whose chain is not part of the longest one. */
import { RpcError } from "../../bootstrap/rpc/rpc-errors.ts";
import { commonHeight } from "../../bootstrap/chain/tell-headers.ts";
import { nodeClient } from "./node-client.ts";
import type { DeclaredStack, NodeStatus } from "./report.ts";

/** Compares each node that is at another tip than the highest one, or the first of those, with that one. */
export async function withForks(
  nodes: readonly NodeStatus[],
  stack: DeclaredStack,
  signal: AbortSignal,
): Promise<NodeStatus[]> {
  const highest = nodes.find(({ behind }) => behind === 0);
  return await Promise.all(
    nodes.map(async (node) => {
      const { height, tip } = node;
      if (highest === undefined || height === undefined || tip === highest.tip) return node;
      await using top = nodeClient(highest, stack, signal);
      await using own = nodeClient(node, stack, signal);
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
