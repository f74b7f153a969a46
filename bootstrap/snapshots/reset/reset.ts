/** Putting a running network back to a snapshot, in place: containers, ports, addresses and credentials stay. */
import type Docker from "dockerode";

import { refuseWithoutClock } from "../../clock/kept-time.ts";
import { withoutCrowd } from "../../nodes/without-crowd.ts";
import { ensureReady } from "../../nodes/ready.ts";
import { step } from "../../nodes/run.ts";
import { type NetworkInputs, onNodes, type NodesContext } from "../../nodes/on-nodes.ts";
import type { NetworkMembers } from "../../services/members.ts";
import { replacingState } from "../../services/replacing.ts";
import { startServices } from "../../services/start.ts";
import { stopServices } from "../../services/stop.ts";
import type { ServiceSpec } from "../../services/service.ts";
import { resetState } from "../../services/state.ts";
import {
  containersOf,
  lookAtContainers,
  type NodeContainer,
  type SeenContainer,
  startWithAddresses,
  stopRestarting,
  unpause,
} from "../../containers/stop-start.ts";
import {
  bringDatadirs,
  type Replacement,
  refuseUnresettable,
  takeUpDatadirs,
} from "../../containers/datadir.ts";
import { ResetChannels } from "../../containers/reset-channel.ts";
import type { StoredSnapshot } from "../find.ts";
import { otherTopology } from "../matching-stack.ts";
import { datadirIn } from "./datadir-archives.ts";
import { type OldBlocks, oldBlocks, refuseOldBlocks } from "./old-blocks.ts";
import { ensureFreshBlock, type FreshBlock } from "../../verbs/fresh-block.ts";
import { verifyStarted } from "../verify.ts";

export interface ResetOptions extends NodesContext {
  /** Node's name → its address, which it gets again. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Labels of the containers that images are read through, so that none is forgotten. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether to mine a block at the present time on top. Default: no. */
  readonly freshBlock?: boolean | undefined;
  /** Whether it is known that nodes have no peers from outside. Default: no, and they are asked. */
  readonly noOutsiders?: boolean | undefined;
  /** Connections to the nodes' containers that stay open for the next reset. Default: they are opened and closed. */
  readonly channels?: ResetChannels | undefined;
}

export interface ResetResult {
  /** Peers from outside, and what they have; undefined where there are none. */
  readonly old: OldBlocks | undefined;
  /** The block at the present time on top; undefined where none is asked for, or the snapshot's clocks stand still. */
  readonly fresh: FreshBlock | undefined;
}

/**
 * Gives every node the chain and the wallets that it has in the snapshot, and every service what it keeps, and
 * makes sure of it. Blocks that peers from outside still have are refused from then on.
 * @throws Error, before anything is touched, when the snapshot is of other nodes or connections, or a node runs an
 *   older bitcoind than the snapshot was made by, or an image that takes no resets
 */
export async function resetNetwork(
  docker: Docker,
  network: NetworkMembers,
  snapshot: StoredSnapshot,
  options: ResetOptions,
): Promise<ResetResult> {
  const work = (): Promise<ResetResult> => resetMembers(docker, network, snapshot, options);
  return await withoutCrowd(docker, network.crowd, options, work);
}

async function resetMembers(
  docker: Docker,
  network: NetworkMembers,
  snapshot: StoredSnapshot,
  options: ResetOptions,
): Promise<ResetResult> {
  const { signal, status } = options;
  const { services = [] } = network;
  status(`read snapshot ${snapshot.name}`);
  const containers = await lookAtContainers(containersOf(docker, network.nodes), signal);
  refuseUnresettable(containers);
  refuseOtherTopology(snapshot, network);
  refuseWithoutState(snapshot, services);
  if (snapshot.manifest.clock !== undefined) refuseWithoutClock(containers);
  await refuseOlderNodes(docker, network, snapshot, containers, options);
  await stopServices(docker, network.services, options);
  status("reset the nodes");
  await unpause(containers);
  const [old, nodes] = await Promise.all([
    options.noOutsiders === true
      ? undefined
      : oldBlocks(docker, network, snapshot.manifest, signal),
    archivesOf(docker, snapshot, containers, options.labels),
  ]);
  await stopRestarting(containers, network.timeout, signal);
  using own = new ResetChannels();
  const patience = { timeout: network.timeout, signal };
  const brought = await bringDatadirs(nodes, options.channels ?? own, patience);
  const fresh = await replacingState(docker, services, repeat, async () => {
    await takeUpDatadirs(brought, patience);
    const stopped = brought.flatMap(({ node, channel }) => (channel === undefined ? [node] : []));
    await startWithAddresses(stopped, options.addresses, signal);
    const nodesAreReset = onNodes(docker, network, options, async (run) => {
      if (old !== undefined) {
        await step(run, "wait for the nodes", () => ensureReady(run));
        // They have no peers until they are connected.
        await step(run, "reject the old blocks", () => refuseOldBlocks(run, old));
      }
      await verifyStarted(run, network.connect, snapshot.manifest);
      if (options.freshBlock !== true) return undefined;
      const { height } = snapshot.manifest.facts;
      return await step(run, "mine a block at the present time", () =>
        ensureFreshBlock(run, height),
      );
    });
    const [tools = ""] = network.nodes.map(({ name }) => snapshot.images[name]?.id ?? "");
    const [fresh] = await Promise.all([
      nodesAreReset,
      resetState(docker, services, snapshot, tools, options),
    ]);
    return fresh;
  });
  await startServices(docker, network, options);
  return { old, fresh };
}

/** What to do when it was interrupted. */
const repeat = "repeat it: npm run reset, or reset() of the test kit";

/** Afterwards the nodes would not be what the snapshot says of them, and their own chain gone. */
function refuseOtherTopology({ name, manifest }: StoredSnapshot, network: NetworkInputs): void {
  const other = otherTopology(network, manifest);
  if (other === undefined) return;
  throw new Error(
    `snapshot "${name}" is of another network: ${other}; ` +
      "reset to a snapshot of this one, or start another stack from that one with --from",
  );
}

/** A service that went on from another chain would be out of step for ever. */
function refuseWithoutState(
  { name, manifest }: StoredSnapshot,
  services: readonly ServiceSpec[],
): void {
  for (const service of services) {
    if (service.state.length === 0) continue;
    if (manifest.services?.some((other) => other.name === service.name) === true) continue;
    throw new Error(
      `snapshot "${name}" has no service ${service.name}, which would be out of step with the chain; ` +
        "reset to a snapshot that has it, or start another stack from this one with --from",
    );
  }
}

/**
 * bitcoind opens what an older one wrote, not what a newer one did. A node that is stopped or paused, or ends again and
 * again, cannot be asked: the reset may be what it needs.
 */
async function refuseOlderNodes(
  docker: Docker,
  network: NetworkInputs,
  { name: snapshot, manifest, images }: StoredSnapshot,
  containers: readonly SeenContainer[],
  options: ResetOptions,
): Promise<void> {
  const sameImage = manifest.nodes.every(({ name, baseImage }) => {
    const origin = containers.find((node) => node.name === name)?.info.Image;
    return origin === baseImage || origin === images[name]?.id;
  });
  if (sameImage) return;
  const answering = new Set(containers.filter(answers).map(({ name }) => name));
  const nodes = network.nodes.filter(({ name }) => answering.has(name));
  await onNodes(docker, { ...network, nodes }, options, async (run) => {
    for (const { name, rpc } of run.nodes) {
      const { version } = await rpc.call("getnetworkinfo");
      const made = manifest.nodes.find((node) => node.name === name)?.version ?? 0;
      if (version < made) {
        throw new Error(
          `${name} runs bitcoind ${version}, but snapshot "${snapshot}" was made by the newer ${made}`,
        );
      }
      if (version > made)
        options.status(`${name}: bitcoind ${version} opens data that ${made} wrote`);
    }
  });
}

function answers({ info: { State, RestartCount } }: SeenContainer): boolean {
  return State.Running && !State.Paused && RestartCount === 0;
}

async function archivesOf(
  docker: Docker,
  { name, images }: StoredSnapshot,
  containers: readonly NodeContainer[],
  labels: Readonly<Record<string, string>>,
): Promise<Replacement[]> {
  return await Promise.all(
    containers.map(async (node) => {
      const image = images[node.name];
      if (image === undefined) throw new Error(`snapshot "${name}" has no node ${node.name}`);
      return { ...node, archive: await datadirIn(docker, image.id, labels) };
    }),
  );
}
