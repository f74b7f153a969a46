import { waitFor } from "../../base/wait.ts";
import type { RpcClient } from "../../bootstrap/rpc/client.ts";

/**
 * Switches a node's network off and waits until its connections are gone: that is some milliseconds later, and
 * until then blocks and transactions still get through.
 */
export async function cutOff(rpc: Pick<RpcClient, "call">): Promise<void> {
  await rpc.call("setnetworkactive", [false]);
  await waitFor(
    async () => {
      const peers = await rpc.call("getpeerinfo");
      return peers.length === 0 || { pending: `${peers.length} peers` };
    },
    { what: "the node to have no peer", limitMs: 10_000, everyMs: 5 },
  );
}
