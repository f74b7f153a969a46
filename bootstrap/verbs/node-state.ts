/** Stopping, starting and pausing single nodes by name. Their ports and credentials stay. */
import { containersOf, type NodeContainer, start, stopCleanly } from "../containers/stop-start.ts";
import { cutPeers } from "../nodes/cut-peers.ts";
import { addedPeers, type Edge, edgesAmong, restorePeers } from "../nodes/peers.ts";
import { ensureReady } from "../nodes/ready.ts";
import { type NetworkInputs, type NodesContext, onRunningNodes } from "../nodes/on-nodes.ts";
import { type Run, step, unknownNode } from "../nodes/run.ts";
import { unlessStatus } from "../../engine/engine-error.ts";
import type Docker from "dockerode";

/** What is done to nodes; `restart` of one that does not run starts it. */
export type NodeAction = "stop" | "start" | "restart" | "pause" | "unpause";

/**
 * Does it to the nodes of these names, and ends when they are there or gone: after a start they answer and are
 * connected as declared, but for what was cut on purpose. One that was stopped has forgotten that, and dials again
 * whom it is to dial by declaration.
 * @throws Error for a name that no node has, before anything is done
 */
export async function changeNodes(
  docker: Docker,
  network: NetworkInputs,
  action: NodeAction,
  names: readonly string[],
  context: NodesContext,
): Promise<void> {
  const unknown = names.find((name) => !network.nodes.some((node) => node.name === name));
  if (unknown !== undefined) throw new Error(unknownNode(unknown, network.nodes));
  const chosen = network.nodes.filter(({ name }) => names.includes(name));
  const containers = containersOf(docker, chosen);
  const { signal, status } = context;
  status(`${action} ${names.join(", ")}`);
  if (action === "pause" || action === "unpause") {
    // The engine refuses what is so already, and what does not run.
    await Promise.all(containers.map((node) => pauseOrNot(node, action)));
    return;
  }
  // bitcoind forgets with its end what it was told not to dial.
  const cut = action === "restart" ? await onRunningNodes(docker, network, context, cutEdges) : [];
  if (action !== "start") await stopCleanly(containers, network.timeout, signal);
  if (action === "stop") return;
  await start(containers, signal);
  await onRunningNodes(docker, network, context, async (run) => {
    await step(run, "wait for the nodes", () => ensureReady(run));
    await step(run, "connect the peers", async () => {
      await cutPeers(run, cut);
      await restorePeers(run, await uncut(run, names));
    });
  });
}

async function pauseOrNot(
  { name, container }: NodeContainer,
  action: "pause" | "unpause",
): Promise<void> {
  const { State } = await container.inspect();
  if (State.Paused === (action === "pause")) return;
  if (!State.Running) throw new Error(`${name}: its container is ${State.Status}; start it first`);
  await container[action]().catch(unlessStatus());
}

/** The declared connections between the nodes that run of which whoever is to dial was told not to: they were cut. */
async function cutEdges(run: Run): Promise<Edge[]> {
  const edges = edgesAmong(run);
  const cut = run.nodes.map(async (node) => {
    const added = await addedPeers(node);
    return edges.filter(([earlier, later]) => later === node.name && !added.includes(earlier));
  });
  return (await Promise.all(cut)).flat();
}

/** The declared connections of the started nodes that nobody cut. */
async function uncut(run: Run, started: readonly string[]): Promise<Edge[]> {
  const cut = new Set((await cutEdges(run)).map(String));
  return edgesAmong(run).filter(
    (edge) => !cut.has(String(edge)) && edge.some((name) => started.includes(name)),
  );
}
