import type { Node } from "../nodes/node.ts";
import { RpcResponseError } from "../rpc/rpc-errors.ts";

/**
 * Tells a node the headers of the blocks that it lacks. Of more than eight blocks at once a peer announces
 * the last alone, and as long as its chain is older than a day a node asks one of its peers for what lies
 * between, and no other one (Bitcoin Core, net_processing.cpp): that may be a peer which lacks them too.
 * When it has the headers, it fetches the blocks from whoever has announced them.
 */
export async function tellHeaders(from: Node, to: Node): Promise<void> {
  const highest = await from.rpc.call("getblockcount");
  try {
    for (let height = (await commonHeight(from, to)) + 1; height <= highest; height += 1) {
      const hash = await from.rpc.call("getblockhash", [height]);
      const header = await from.rpc.call<string>("getblockheader", [hash, false]);
      await to.rpc.call("submitheader", [header]);
    }
  } catch (error) {
    // What it refuses is not the matter here: whoever waits for it says where it is.
    if (!(error instanceof RpcResponseError)) throw error;
  }
}

/** Height of the last block that two nodes have in common. */
export async function commonHeight(
  { rpc: a }: Pick<Node, "rpc">,
  { rpc: b }: Pick<Node, "rpc">,
): Promise<number> {
  let below = 0;
  let above = Math.min(await a.call("getblockcount"), await b.call("getblockcount")) + 1;
  while (above - below > 1) {
    const height = Math.floor((below + above) / 2);
    const [one, other] = await Promise.all([a, b].map((rpc) => rpc.call("getblockhash", [height])));
    if (one === other) below = height;
    else above = height;
  }
  return below;
}
