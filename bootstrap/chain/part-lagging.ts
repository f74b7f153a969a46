import type { Node } from "../nodes/node.ts";
import type { Run } from "../nodes/run.ts";
import { waitFor } from "../../base/wait.ts";

/**
 * Disconnects the nodes that are behind from all peers; the next step connects them again. One whose
 * clock was behind has refused blocks as too new, and asks for them again over a new connection alone.
 */
export async function partLagging(run: Run): Promise<void> {
  const heights = await Promise.all(run.nodes.map(({ rpc }) => rpc.call("getblockcount")));
  const highest = Math.max(...heights);
  const lagging = run.nodes.filter((_, index) => heights[index] !== highest);
  await Promise.all(lagging.map((node) => partFromPeers(run, node)));
}

/** Disconnects the node from all peers, by switching its network off. */
export async function partFromPeers({ limitMs, signal }: Run, { name, rpc }: Node): Promise<void> {
  await rpc.call("setnetworkactive", [false]);
  await waitFor(
    async (signal) => {
      const { length } = await rpc.call("getpeerinfo", [], { signal });
      return length === 0 ? true : { pending: `${length} peers` };
    },
    { what: `${name} to disconnect from its peers`, limitMs, signal },
  );
}
