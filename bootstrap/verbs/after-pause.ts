/** What nodes missed while they were paused: the time may have been moved. */
import type Docker from "dockerode";

import { partFromPeers } from "../chain/part-lagging.ts";
import { stillTime } from "../clock/kept-time.ts";
import { setClocks, shownTime } from "../clock/mocktime.ts";
import type { Node } from "../nodes/node.ts";
import { type NetworkInputs, type NodesContext, onRunningNodes } from "../nodes/on-nodes.ts";
import { connectedPeers, connectPeers, fullMesh } from "../nodes/peers.ts";
import { type Run, step } from "../nodes/run.ts";

/** Sets the clocks of these nodes, which were just unpaused, to what they are to show. */
export async function catchUpClocks(
  docker: Docker,
  network: NetworkInputs,
  context: NodesContext,
  names: readonly string[],
): Promise<void> {
  const chosen = network.nodes.filter(({ name }) => names.includes(name));
  const moved = await onRunningNodes(docker, { ...network, nodes: chosen }, context, (run) =>
    step(run, "set the clocks", () => setAgain(run)),
  );
  if (moved.length === 0) return;
  await onRunningNodes(docker, network, context, (run) =>
    step(run, "connect the peers", () => connectAgain(run, moved)),
  );
}

/** Seconds by which a clock that nobody moved may differ from one moment to the next. */
const tolerance = 60;

/** Returns the names of the nodes whose clocks showed another time. */
async function setAgain(run: Run): Promise<string[]> {
  const before = await Promise.all(run.nodes.map(shownTime));
  await setClocks(run, await stillTime(run));
  const after = await Promise.all(run.nodes.map(shownTime));
  return run.nodes
    .filter((_, index) => Math.abs((after[index] ?? 0) - (before[index] ?? 0)) > tolerance)
    .map(({ name }) => name);
}

/**
 * Renews the connections of these nodes: what they were sent meanwhile they may have refused as too new, and ask for it
 * again over a new connection alone.
 */
async function connectAgain(run: Run, names: readonly string[]): Promise<void> {
  const { nodes } = run;
  const moved = nodes.filter(({ name }) => names.includes(name));
  const peers = new Map(
    await Promise.all(
      moved.map(async (node) => [node.name, await connectedPeers(node, nodes)] as const),
    ),
  );
  const edges = fullMesh(nodes.map(({ name }) => name)).filter(
    ([a, b]) => peers.get(a)?.includes(b) === true || peers.get(b)?.includes(a) === true,
  );
  const ends = new Set(edges.flat());
  const connected = (node: Node): boolean => ends.has(node.name);
  await Promise.all(moved.filter(connected).map((node) => partFromPeers(run, node)));
  // Nobody else's network is to be switched on.
  await connectPeers({ ...run, nodes: nodes.filter(connected) }, edges);
}
