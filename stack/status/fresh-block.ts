import { RpcError } from "../../bootstrap/rpc/rpc-errors.ts";
import { type FreshBlock, freshBlocksAbove } from "../../bootstrap/verbs/fresh-block.ts";
import { nodeClient } from "./node-client.ts";
import type { DeclaredStack, NodeStatus } from "./report.ts";

/** The last of the blocks at the present time on top of the declared chain, as the highest node has them. */
export async function freshBlockOf(
  nodes: readonly NodeStatus[],
  stack: DeclaredStack,
  signal: AbortSignal,
): Promise<FreshBlock | null> {
  const highest = nodes.find(({ behind }) => behind === 0);
  if (!stack.freshBlock || stack.chain === undefined || highest === undefined) return null;
  await using client = nodeClient(highest, stack, signal);
  try {
    return (await freshBlocksAbove(client, stack.chain.height)).at(-1) ?? null;
  } catch (error) {
    // It answered a moment ago; what is wrong with it now the next look tells.
    if (error instanceof RpcError) return null;
    throw error;
  }
}
