/** Which nodes the miner's blocks get to. */
import { minerOf, type Run } from "../nodes/run.ts";
import type { Node } from "../nodes/node.ts";
import { addedPeers, connectedPeers, reachedFrom } from "../nodes/peers.ts";
import { WaitTimeoutError, waitFor } from "../../base/wait.ts";

/** Milliseconds that a connection which was lost gets to come back. */
const patienceMs = 5_000;

/**
 * The same run, on those nodes that the miner is connected to, directly or over others. A node that was cut
 * off is nobody to wait for: at once after a partition, or where its network or the miner's is switched off
 * (`setnetworkactive false`), and after 5 s where it is not.
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
      added: await addedPeers(node),
      on: (await node.rpc.call("getnetworkinfo")).networkactive,
    })),
  );
  const links = seen.map(({ node, peers, added }) => ({ name: node.name, peers, added }));
  const reached = reachedFrom(
    minerOf(run).name,
    links.map(({ name, peers }) => ({ name, to: peers })),
  );
  // As it would be if all had dialled: who is not told to dial was cut off on purpose, as by a partition.
  const expected = reachedFrom(
    minerOf(run).name,
    links.map(({ name, peers, added }) => ({ name, to: [...peers, ...added] })),
  );
  const minerIsOn = seen.every(({ node, on }) => node.role !== "miner" || on);
  const others = seen.filter(({ node }) => !reached.has(node.name));
  return {
    near: nodes.filter(({ name }) => reached.has(name)),
    missed: others
      .filter(({ node, on }) => on && minerIsOn && expected.has(node.name))
      .map(({ node }) => node.name),
  };
}
