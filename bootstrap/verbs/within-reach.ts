/** Which nodes the miner's blocks get to. */
import { minerOf, type Run } from "../nodes/run.ts";
import type { Node } from "../nodes/node.ts";
import { addedPeers, connectedPeers, reachedFrom } from "../nodes/peers.ts";
import { unlessTimedOut, waitFor } from "../../base/wait.ts";

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
  await unlessTimedOut(
    waitFor(
      async () => {
        const { nodes } = run;
        const connections = await Promise.all(nodes.map((node) => connectionsOf(node, nodes)));
        const { reached, missed } = reachOf(minerOf(run).name, connections);
        near = nodes.filter(({ name }) => reached.has(name));
        return missed.length === 0 ? true : { pending: `${missed.join(", ")} missing` };
      },
      {
        what: "all nodes to be connected to the miner",
        limitMs: Math.min(patienceMs, limitMs),
        signal,
      },
    ),
  );
  return { ...run, nodes: near };
}

/** What one node says of its connections. */
export interface Connections {
  readonly name: string;
  /** Names of the nodes that it is connected to. */
  readonly peers: readonly string[];
  /** Names of those that it dials by itself. */
  readonly added: readonly string[];
  /** Whether its network is switched on. */
  readonly on: boolean;
}

interface Reach {
  /** Names of the nodes that the miner is connected to, directly or over others, and its own. */
  readonly reached: ReadonlySet<string>;
  /** Names of the others, as far as nobody switched them off, or the miner. */
  readonly missed: readonly string[];
}

/** Tells the nodes that the miner's blocks get to from those that are missing. */
export function reachOf(miner: string, nodes: readonly Connections[]): Reach {
  // A node that was just switched off lists its peers for some milliseconds more, and they list it.
  const on = nodes.filter((node) => node.on);
  const isOn = (name: string): boolean => on.some((node) => node.name === name);
  const reached = reachedFrom(
    miner,
    on.map(({ name, peers }) => ({ name, to: peers.filter(isOn) })),
  );
  // As it would be if all had dialled: who is not told to dial was cut off on purpose, as by a partition.
  const expected = reachedFrom(
    miner,
    on.map(({ name, peers, added }) => ({ name, to: [...peers, ...added].filter(isOn) })),
  );
  const missed = on
    .map(({ name }) => name)
    .filter((name) => !reached.has(name) && expected.has(name));
  return { reached, missed: isOn(miner) ? missed : [] };
}

async function connectionsOf(node: Node, nodes: readonly Node[]): Promise<Connections> {
  return {
    name: node.name,
    peers: await connectedPeers(node, nodes),
    added: await addedPeers(node),
    on: (await node.rpc.call("getnetworkinfo")).networkactive,
  };
}
