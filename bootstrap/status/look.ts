/** A network as it is now, a stack or a clone, next to what it declares. */
import type Docker from "dockerode";

import { atMost } from "../../base/at-most.ts";
import { byHand, type DriftLine, fixable } from "../chain/drift.ts";
import type { Edge } from "../nodes/peers.ts";
import { blocksText } from "../chain/mining.ts";
import { imageId, stackOfImage } from "../snapshots/images.ts";
import { goesWithStack, listSnapshots, type StoredSnapshot } from "../snapshots/find.ts";
import { autoMinerName } from "../plan/settings/auto-miner-name.ts";
import { connections, otherPeers, type Seen } from "./connections.ts";
import { withForks } from "./forks.ts";
import { freshBlockOf } from "./fresh-block.ts";
import { crowdName } from "../nodes/crowd.ts";
import { lookAtCrowd } from "./look-crowd.ts";
import { lookAtNode } from "./look-node.ts";
import { lookAtService } from "./look-service.ts";
import { containersOf } from "./member-containers.ts";
import type {
  Connection,
  NetworkDeclaration,
  NodeStatus,
  SnapshotStatus,
  StatusReport,
} from "./report.ts";

/** Of a hundred nodes at once, each would wait for the others' answers, and none answer in its time. */
const askedAtOnce = 16;

/** No node that hangs delays it by more than a few seconds. @throws EngineError when the engine does not answer */
export async function lookAt(
  docker: Docker,
  declared: NetworkDeclaration,
  signal: AbortSignal,
): Promise<StatusReport> {
  const [nodeNames = [], serviceNames] = [declared.nodes, declared.services].map((members) =>
    members.map(({ name, container }) => ({ name, containerName: container })),
  );
  const containers = await containersOf(docker, declared.id, nodeNames, serviceNames);
  const listed = (name: string): { state: string; id: string | undefined } => {
    const found = containers.find((container) => container.name === name);
    return { state: found?.state ?? "gone", id: found?.container?.id };
  };
  // Peers that have said who they are; no address is needed.
  const known = [
    ...declared.nodes.map(({ name }) => name),
    ...[autoMinerName, ...(declared.crowd === undefined ? [] : [crowdName])],
  ].map((name) => ({ name, ip: "" }));
  const [crowd, looks, snapshots, lostImages] = await Promise.all([
    lookAtCrowd(docker, declared.crowd),
    atMost(askedAtOnce, declared.nodes, (node) =>
      lookAtNode(docker, node, listed(node.name), declared, known, signal),
    ),
    snapshotsOf(docker, declared),
    imageDrift(docker, declared),
  ]);
  const nodes = await withForks(withBehind(looks.map(({ status }) => status)), declared, signal);
  const seen = new Map(looks.map(({ status: { name }, peers }) => [name, peers]));
  const dials = new Map(looks.map(({ status: { name }, dials }) => [name, dials]));
  const names = [...seen.keys(), autoMinerName];
  const connected = connections(names, declaredEdges(declared), seen, dials);
  const services = await Promise.all(
    declared.services.map((service) => lookAtService(docker, service, listed(service.name))),
  );
  const parted = connected.flatMap((connection) => connectionDrift(connection, seen));
  const drift = [
    ...unfinished(declared).map(fixable),
    ...looks.flatMap(({ drift }) => drift),
    // Of nodes that somebody parted on purpose it is what was to come of it.
    ...(connected.some(({ state }) => state === "cut") ? [] : forkDrift(nodes, parted.length > 0)),
    ...parted.map(fixable),
    ...services.flatMap(({ drift }) => drift),
    ...crowd.drift,
    ...lostImages.map(fixable),
  ];
  const heights = nodes.flatMap(({ height }) => height ?? []);
  const height = heights.length === 0 ? null : Math.max(...heights);
  const { chain } = declared;
  return {
    stack: declared.name,
    time: new Date().toISOString(),
    height,
    declared: chain === undefined ? null : { height: chain.height, tip: chain.tip },
    minedSince: chain === undefined || height === null ? null : Math.max(0, height - chain.height),
    freshBlock: await freshBlockOf(nodes, declared, signal),
    nodes,
    services: services.map(({ status }) => status),
    ...(crowd.status && { crowd: crowd.status }),
    connections: connected,
    otherPeers: otherPeers(seen),
    snapshots,
    drift: drift.map(({ text }) => text),
    byHand: drift.flatMap(({ text, fixable }) => (fixable ? [] : [text])),
  };
}

/** The auto-miner is connected to the miner and answers no RPC. */
function declaredEdges({ nodes, connect, services }: NetworkDeclaration): readonly Edge[] {
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

function unfinished({ chain, pending }: NetworkDeclaration): string[] {
  return [
    ...(pending > 0 ? ["an update was interrupted"] : []),
    ...(chain === undefined ? ["the bootstrap did not finish"] : []),
  ];
}

/** Snapshots that were taken of the network, and the one that it was started from. */
async function snapshotsOf(
  docker: Docker,
  declared: NetworkDeclaration,
): Promise<SnapshotStatus[]> {
  const own = new Set(Object.values(declared.snapshots).map(({ id }) => id));
  const isOf = ({ images }: StoredSnapshot): boolean =>
    Object.values(images).some(
      ({ id, labels }) => own.has(id) || stackOfImage(labels) === declared.id,
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

async function imageDrift(docker: Docker, { snapshots }: NetworkDeclaration): Promise<string[]> {
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
