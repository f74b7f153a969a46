/** Finds nodes whose chain is not part of the longest one. */
import { RpcError } from "../rpc/rpc-errors.ts";
import { commonHeight } from "../chain/tell-headers.ts";
import { nodeClient } from "./node-client.ts";
import type { NetworkDeclaration, NodeStatus } from "./report.ts";

/** Compares each node that is at another tip than the highest one, or the first of those, with that one. */
export async function withForks(
  nodes: readonly NodeStatus[],
  network: NetworkDeclaration,
  signal: AbortSignal,
): Promise<NodeStatus[]> {
  const highest = nodes.find(({ behind }) => behind === 0);
  return await Promise.all(
    nodes.map(async (node) => {
      const { height, tip } = node;
      if (highest === undefined || height === undefined || tip === highest.tip) return node;
      await using top = nodeClient(highest, network, signal);
      await using own = nodeClient(node, network, signal);
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
