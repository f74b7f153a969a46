/** Which nodes the miner's blocks get to. */
import { minerOf, type Run } from "../nodes/run.ts";
import type { Node } from "../nodes/node.ts";
import { connectedPeers } from "../nodes/peers.ts";
import { WaitTimeoutError, waitFor } from "../../base/wait.ts";

/** Milliseconds that a connection which was lost gets to come back. */
const patienceMs = 5_000;

/**
 * The same run, on those nodes that the miner is connected to, directly or over others. A node that was cut
 * off is nobody to wait for: at once where its network is switched off (`setnetworkactive false`), or the
 * miner's, and after 5 s where it is not.
 */
export async function withinReach(run: Run): Promise<Run> {
  const { signal, limitMs } = run;
  let near = run.nodes;
  try {
    await waitFor(
      async () => {
        const seen = await look(run);
        near = seen.near;
        return seen.missed.length === 0 ? true : { pending: `${seen.missed.join(", ")} missing` };
      },
      {
        what: "all nodes to be connected to the miner",
        limitMs: Math.min(patienceMs, limitMs),
        signal,
      },
    );
  } catch (error) {
    if (!(error instanceof WaitTimeoutError)) throw error;
  }
  return { ...run, nodes: near };
}

interface Seen {
  readonly near: readonly Node[];
  /** Names of the others, as far as nobody switched them off, or the miner. */
  readonly missed: readonly string[];
}

async function look(run: Run): Promise<Seen> {
  const { nodes } = run;
  const seen = await Promise.all(
    nodes.map(async (node) => ({
      node,
      peers: await connectedPeers(node, nodes),
      on: (await node.rpc.call("getnetworkinfo")).networkactive,
    })),
  );
  const reached = new Set([minerOf(run).name]);
  // A set goes on with what is added to it meanwhile.
  for (const name of reached) {
    for (const { node, peers } of seen) {
      if (node.name === name) peers.forEach((peer) => reached.add(peer));
      else if (peers.includes(name)) reached.add(node.name);
    }
  }
  const minerIsOn = seen.every(({ node, on }) => node.role !== "miner" || on);
  const others = seen.filter(({ node }) => !reached.has(node.name));
  return {
    near: nodes.filter(({ name }) => reached.has(name)),
    missed: others.filter(({ on }) => on && minerIsOn).map(({ node }) => node.name),
  };
}
