import { RpcError } from "../rpc/rpc-errors.ts";
import { type FreshBlock, freshBlocksAbove } from "../verbs/fresh-block.ts";
import { nodeClient } from "./node-client.ts";
import type { NetworkDeclaration, NodeStatus } from "./report.ts";

/** The last of the blocks at the present time on top of the declared chain, as the highest node has them. */
export async function freshBlockOf(
  nodes: readonly NodeStatus[],
  network: NetworkDeclaration,
  signal: AbortSignal,
): Promise<FreshBlock | null> {
  const highest = nodes.find(({ behind }) => behind === 0);
  if (!network.freshBlock || network.chain === undefined || highest === undefined) return null;
  await using client = nodeClient(highest, network, signal);
  try {
    return (await freshBlocksAbove(client, network.chain.height)).at(-1) ?? null;
  } catch (error) {
    // It answered a moment ago; what is wrong with it now the next look tells.
    if (error instanceof RpcError) return null;
    throw error;
  }
}
