/** A stack as it is now, next to what it declares. */
import type Docker from "dockerode";

import { byHand, type DriftLine, fixable } from "../../bootstrap/chain/drift.ts";
import type { Edge } from "../../bootstrap/nodes/peers.ts";
import { blocksText } from "../../bootstrap/chain/mining.ts";
import { imageId, stackOfImage } from "../../bootstrap/snapshots/images.ts";
import {
  goesWithStack,
  listSnapshots,
  type StoredSnapshot,
} from "../../bootstrap/snapshots/find.ts";
import { autoMinerName } from "../../bootstrap/plan/settings/auto-miner-name.ts";
import { connections, otherPeers, type Seen } from "./connections.ts";
import { withForks } from "./forks.ts";
import { freshBlockOf } from "./fresh-block.ts";
import { lookAtNode } from "./look-node.ts";
import { lookAtService } from "./look-service.ts";
import type {
  Connection,
  DeclaredStack,
  NodeStatus,
  SnapshotStatus,
  StatusReport,
} from "./report.ts";

/** A container of the stack, as the engine lists it. */
export interface ListedContainer {
  readonly name: string;
  readonly state: string;
  readonly container: Docker.Container | undefined;
}

export async function lookAt(
  docker: Docker,
  stack: DeclaredStack,
  containers: readonly ListedContainer[],
  signal: AbortSignal,
): Promise<StatusReport> {
  const listed = (name: string): { state: string; id: string | undefined } => {
    const found = containers.find((container) => container.name === name);
    return { state: found?.state ?? "gone", id: found?.container?.id };
  };
  // Peers that have said who they are; no address is needed.
  const known = [...stack.nodes.map(({ name }) => name), autoMinerName].map((name) => ({
    name,
    ip: "",
  }));
  const [looks, snapshots, lostImages] = await Promise.all([
    Promise.all(
      stack.nodes.map((node) => lookAtNode(docker, node, listed(node.name), stack, known, signal)),
    ),
    snapshotsOf(docker, stack),
    imageDrift(docker, stack),
  ]);
  const nodes = await withForks(withBehind(looks.map(({ status }) => status)), stack, signal);
  const seen = new Map(looks.map(({ status: { name }, peers }) => [name, peers]));
  const dials = new Map(looks.map(({ status: { name }, dials }) => [name, dials]));
  const names = [...seen.keys(), autoMinerName];
  const connected = connections(names, declaredEdges(stack), seen, dials);
  const services = await Promise.all(
    stack.services.map((service) => lookAtService(docker, service, listed(service.name))),
  );
  const parted = connected.flatMap((connection) => connectionDrift(connection, seen));
  const drift = [
    ...unfinished(stack).map(fixable),
    ...looks.flatMap(({ drift }) => drift),
    // Of nodes that somebody parted on purpose it is what was to come of it.
    ...(connected.some(({ state }) => state === "cut") ? [] : forkDrift(nodes, parted.length > 0)),
    ...parted.map(fixable),
    ...services.flatMap(({ drift }) => drift),
    ...lostImages.map(fixable),
  ];
  const heights = nodes.flatMap(({ height }) => height ?? []);
  const height = heights.length === 0 ? null : Math.max(...heights);
  const { chain } = stack;
  return {
    stack: stack.stack,
    time: new Date().toISOString(),
    height,
    declared: chain === undefined ? null : { height: chain.height, tip: chain.tip },
    minedSince: chain === undefined || height === null ? null : Math.max(0, height - chain.height),
    freshBlock: await freshBlockOf(nodes, stack, signal),
    nodes,
    services: services.map(({ status }) => status),
    connections: connected,
    otherPeers: otherPeers(seen),
    snapshots,
    drift: drift.map(({ text }) => text),
    byHand: drift.flatMap(({ text, fixable }) => (fixable ? [] : [text])),
  };
}

/** The auto-miner is connected to the miner and answers no RPC. */
function declaredEdges({ nodes, connect, services }: DeclaredStack): readonly Edge[] {
  const autoMine = services.some(({ name }) => name === autoMinerName);
  const miner = nodes.find(({ role }) => role === "miner")?.name;
  return autoMine && miner !== undefined ? [...connect, [miner, autoMinerName]] : connect;
}

/** A node that does not answer is reported already, and what was cut on purpose is no drift. */
function connectionDrift({ nodes, declared, state }: Connection, seen: Seen): string[] {
  const [a, b] = nodes;
  const bothAnswer = nodes.every((name) => seen.get(name) !== undefined);
  if (!declared || !bothAnswer || state === "connected" || state === "cut") return [];
  return [`${a}: it is not connected to ${b}`];
}

/** Chains of different lengths become one as soon as their nodes are connected; for others a block must decide. */
function forkDrift(nodes: readonly NodeStatus[], parted: boolean): DriftLine[] {
  const highest = nodes.find(({ behind }) => behind === 0);
  return nodes.flatMap(({ name, height = 0, behind = 0, forkedAt }) => {
    if (forkedAt === undefined) return [];
    const fork = `${name}: on a fork, with ${blocksText(height - forkedAt)} above height ${forkedAt} that ${highest?.name ?? ""} does not have`;
    if (behind === 0) return [byHand(`${fork}; the next block decides: run npm run mine`)];
    return [parted ? fixable(fork) : byHand(`${fork}; npm run logs -- ${name} may show why`)];
  });
}

function withBehind(nodes: readonly NodeStatus[]): NodeStatus[] {
  const highest = Math.max(0, ...nodes.map(({ height = 0 }) => height));
  return nodes.map((node) =>
    node.height === undefined ? node : { ...node, behind: highest - node.height },
  );
}

function unfinished({ chain, pending }: DeclaredStack): string[] {
  return [
    ...(pending > 0 ? ["an update was interrupted"] : []),
    ...(chain === undefined ? ["the bootstrap did not finish"] : []),
  ];
}

/** Snapshots that were taken of the stack, and the one that it was started from. */
async function snapshotsOf(docker: Docker, stack: DeclaredStack): Promise<SnapshotStatus[]> {
  const own = new Set(Object.values(stack.snapshots).map(({ id }) => id));
  const isOf = ({ images }: StoredSnapshot): boolean =>
    Object.values(images).some(
      ({ id, labels }) => own.has(id) || stackOfImage(labels) === stack.stackId,
    );
  return (await listSnapshots(docker))
    .flatMap((snapshot) => ("problem" in snapshot ? [] : [snapshot]))
    .filter(isOf)
    .map((snapshot) => ({
      name: snapshot.name,
      height: snapshot.manifest.facts.height,
      created: snapshot.manifest.created,
      bytes: Object.values(snapshot.images).reduce((sum, { size }) => sum + size, 0),
      nodes: snapshot.manifest.nodes.map(({ name }) => name),
      goesWithStack: goesWithStack(snapshot),
    }));
}

async function imageDrift(docker: Docker, { snapshots }: DeclaredStack): Promise<string[]> {
  const lines = await Promise.all(
    Object.entries(snapshots).map(async ([node, { image, id }]) => {
      const found = await imageId(docker, image);
      if (found === id) return [];
      return [
        `${node}: its snapshot image ${image} is ${found === undefined ? "gone" : "another one"}`,
      ];
    }),
  );
  return lines.flat();
}
