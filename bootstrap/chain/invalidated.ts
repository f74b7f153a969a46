import type { Node } from "../nodes/node.ts";
import type { RpcClient } from "../rpc/client.ts";
import type { BlockHeader } from "../rpc/methods.ts";
import { commonHeight } from "./tell-headers.ts";

/**
 * @throws Error for a node that was told not to follow the chain of another (`invalidateblock`), as by a `reorg` that was
 *   killed, and how to take it back. bitcoind remembers it over restarts: no wait helps
 */
export async function refuseInvalidated(node: Node, ahead: Node): Promise<void> {
  const tips = (await node.rpc.call("getchaintips")).filter(({ status }) => status === "invalid");
  if (tips.length === 0) return;
  const height = (await commonHeight(ahead, node)) + 1;
  // It may have caught up meanwhile.
  if (height > (await ahead.rpc.call("getblockcount"))) return;
  const hash = await ahead.rpc.call("getblockhash", [height]);
  for (const tip of tips) {
    if ((await ancestorOf(node.rpc, tip.hash, height)) !== hash) continue;
    throw new Error(
      `${node.name} rejects the chain of ${ahead.name} from block ${hash} at height ${height} on: somebody marked it ` +
        `as invalid, or a reorg was killed; to follow it: npm run -s cli -- ${node.name} reconsiderblock ${hash}`,
    );
  }
}

/** Hash of the block at that height below another one. */
async function ancestorOf(
  rpc: RpcClient,
  hash: string,
  height: number,
): Promise<string | undefined> {
  let at: string | undefined = hash;
  while (at !== undefined) {
    const header: BlockHeader = await rpc.call("getblockheader", [at]);
    if (header.height <= height) break;
    at = header.previousblockhash;
  }
  return at;
}
