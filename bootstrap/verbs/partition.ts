/** Cutting connections between nodes so that they stay cut, and restoring them. */
import {
  connectPeers,
  type Edge,
  edgesAmong,
  fullMesh,
  restoreDials,
  restorePeers,
} from "../nodes/peers.ts";
import { lookAtContainers } from "../containers/stop-start.ts";
import { cutPeers } from "../nodes/cut-peers.ts";
import { allNodes, nodeOf, type Run, unknownNode } from "../nodes/run.ts";

/**
 * Cuts every connection between nodes of different groups; those within a group stay. Nodes that no group names
 * are together one more group. A node that is stopped keeps to it when it starts. Returns the pairs that are cut off
 * from each other.
 * @throws Error for a name that no node has, or that stands twice, when there is nothing to part, and for a paused node
 */
export async function partition(
  run: Run,
  groups: readonly (readonly string[])[],
): Promise<readonly Edge[]> {
  const cut = pairsBetween(
    allNodes(run).map(({ name }) => name),
    groups,
  );
  await refusePaused(run);
  await cutPeers(run, cut);
  return cut;
}

/** @throws Error for a node that is paused: it would go on as it was told before, and nobody can tell it otherwise. */
async function refusePaused({ absent = [], signal }: Run): Promise<void> {
  for (const { name, info } of await lookAtContainers(absent, signal)) {
    if (info.State.Paused) throw new Error(`${name} is paused; unpause or stop it first`);
  }
}

/** The pairs of names that stand in different groups, in the order of the names. */
export function pairsBetween(
  names: readonly string[],
  groups: readonly (readonly string[])[],
): Edge[] {
  const groupOf = new Map<string, number>();
  for (const [index, group] of groups.entries()) {
    for (const name of group) {
      if (!names.includes(name)) {
        throw new Error(
          unknownNode(
            name,
            names.map((name) => ({ name })),
          ),
        );
      }
      if (groupOf.has(name)) throw new Error(`${name} stands in the groups twice`);
      groupOf.set(name, index);
    }
  }
  const pairs = fullMesh(names).filter(([a, b]) => groupOf.get(a) !== groupOf.get(b));
  if (pairs.length > 0) return pairs;
  throw new Error("all nodes are in one group; name the nodes of at least one group, and not all");
}

/**
 * Restores the declared connections, whatever cut them; those of a node that is stopped come back when it starts.
 * Returns those between the nodes that run.
 * @throws Error for a paused node
 */
export async function join(run: Run): Promise<readonly Edge[]> {
  await refusePaused(run);
  const edges = edgesAmong(run);
  await restoreDials(run, run.connect);
  await connectPeers(run, edges);
  return edges;
}

/** Cuts the connection of two nodes, so that they do not connect again by themselves. */
export async function disconnect(run: Run, a: string, b: string): Promise<void> {
  await cutPeers(run, [inOrder(run, a, b)]);
}

/** Connects two nodes, declared or not, until one of them is started again or the connection is cut. */
export async function connect(run: Run, a: string, b: string): Promise<void> {
  await restorePeers(run, [inOrder(run, a, b)]);
}

/** The one that is declared earlier first, as all edges have it. */
function inOrder(run: Run, a: string, b: string): Edge {
  const [first, second] = [nodeOf(run, a), nodeOf(run, b)];
  if (first === second) throw new Error(`${a} is one node; give two`);
  return run.nodes.indexOf(first) < run.nodes.indexOf(second) ? [a, b] : [b, a];
}
