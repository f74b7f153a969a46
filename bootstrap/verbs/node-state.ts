/** Stopping, starting and pausing single nodes and services by name. Their ports and credentials stay. */
import { containersOf, type NodeContainer, start, stopCleanly } from "../containers/stop-start.ts";
import { cutPeers } from "../nodes/cut-peers.ts";
import { keptCuts } from "../nodes/kept-cuts.ts";
import type { Node } from "../nodes/node.ts";
import { addedPeers, dialledBy, type Edge, edgesAmong, restorePeers } from "../nodes/peers.ts";
import { ensureReady } from "../nodes/ready.ts";
import { type NetworkInputs, type NodesContext, onRunningNodes } from "../nodes/on-nodes.ts";
import { type Run, step, unknownNode } from "../nodes/run.ts";
import type { NetworkMembers } from "../services/members.ts";
import { startServices } from "../services/start.ts";
import { stopServices } from "../services/stop.ts";
import { catchUpClocks } from "./after-pause.ts";
import { unlessStatus } from "../../engine/engine-error.ts";
import type Docker from "dockerode";

/** What is done to nodes; `restart` of one that does not run starts it. */
export type NodeAction = "stop" | "start" | "restart" | "pause" | "unpause";

/**
 * Does it to the nodes and services of these names, see {@link changeNodes}: services are stopped before nodes, and
 * started after them, when they count as up once they are ready.
 * @throws Error for a name that neither has, before anything is done
 */
export async function changeMembers(
  docker: Docker,
  network: NetworkMembers,
  action: NodeAction,
  names: readonly string[],
  context: NodesContext,
): Promise<void> {
  const { nodes, services = [] } = network;
  const unknown = names.find((name) => ![...nodes, ...services].some((one) => one.name === name));
  if (unknown !== undefined) throw new Error(unknownNode(unknown, [...nodes, ...services]));
  const chosen = services.filter(({ name }) => names.includes(name));
  const others = names.filter((name) => nodes.some((node) => node.name === name));
  if (action === "pause") await eachPaused(containersOf(docker, chosen), action);
  if (action === "stop" || action === "restart") await stopServices(docker, chosen, context);
  if (others.length > 0) await changeNodes(docker, network, action, others, context);
  if (action === "unpause") await eachPaused(containersOf(docker, chosen), action);
  if (action === "start" || action === "restart")
    await startServices(docker, network, context, chosen);
}

/**
 * Does it to the nodes of these names, and ends when they are there or gone: after a start they answer and are
 * connected as declared, but for what `partition` or `disconnect` cut.
 */
async function changeNodes(
  docker: Docker,
  network: NetworkInputs,
  action: NodeAction,
  names: readonly string[],
  context: NodesContext,
): Promise<void> {
  const chosen = network.nodes.filter(({ name }) => names.includes(name));
  const containers = containersOf(docker, chosen);
  const { signal, status } = context;
  status(`${action} ${names.join(", ")}`);
  if (action === "pause" || action === "unpause") {
    // The engine refuses what is so already, and what does not run.
    await eachPaused(containers, action);
    if (action === "unpause") await catchUpClocks(docker, network, context, names);
    return;
  }
  if (action !== "start") await stopCleanly(containers, network.timeout, signal);
  if (action === "stop") return;
  await start(containers, signal);
  await onRunningNodes(docker, network, context, async (run) => {
    await step(run, "wait for the nodes", () => ensureReady(run));
    await step(run, "connect the peers", async () => {
      // An entry point of an older version has dialled all that is declared.
      await cutPeers(run, await keptEdges(run, names));
      await restorePeers(run, await uncut(run, names));
    });
  });
}

async function eachPaused(
  containers: readonly NodeContainer[],
  action: "pause" | "unpause",
): Promise<void> {
  await Promise.all(containers.map((one) => pauseOrNot(one, action)));
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

/** The connections of the started nodes that are kept as cut, as far as both nodes run. */
async function keptEdges({ nodes }: Run, started: readonly string[]): Promise<Edge[]> {
  const running = new Set(nodes.map(({ name }) => name));
  const cuts = nodes
    .filter(({ name }) => started.includes(name))
    .map(async ({ name, container }) =>
      (await keptCuts(container)).map((earlier): Edge => [earlier, name]),
    );
  return (await Promise.all(cuts)).flat().filter(([earlier]) => running.has(earlier));
}

/** The declared connections of the started nodes that nobody cut. */
async function uncut(run: Run, started: readonly string[]): Promise<Edge[]> {
  const edges = run.nodes.map(async (node) =>
    (await notDialled(run, node)).map((earlier): Edge => [earlier, node.name]),
  );
  const cut = new Set((await Promise.all(edges)).flat().map(String));
  return edgesAmong(run).filter(
    (edge) => !cut.has(String(edge)) && edge.some((name) => started.includes(name)),
  );
}

/** Names of the declared peers that a node is to dial and was told not to. */
async function notDialled({ connect }: Run, node: Node): Promise<string[]> {
  const added = await addedPeers(node);
  return dialledBy(node.name, connect).filter((name) => !added.includes(name));
}
