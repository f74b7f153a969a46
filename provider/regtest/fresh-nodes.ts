/**
 * Fresh nodes for a scenario. A scenario's work cannot be recognised in the chain, as the steps
 * of the walk-through can: an interrupted one runs again completely, from the genesis block.
 */
import type Docker from "dockerode";

import { type MayDiscard, type PutsFreshBlocks, refuseLoss } from "./data-at-risk.ts";
import { blocksText } from "../../bootstrap/chain/mining.ts";
import type { ChainFacts } from "../../bootstrap/chain/facts.ts";
import { withoutCrowd } from "../../bootstrap/nodes/without-crowd.ts";
import { ensureReady } from "../../bootstrap/nodes/ready.ts";
import { onEach, type Run, step } from "../../bootstrap/nodes/run.ts";
import { freshBlocksAbove } from "../../bootstrap/verbs/fresh-block.ts";
import { type NetworkInputs, type NodesContext, onNodes } from "../../bootstrap/nodes/on-nodes.ts";
import type { NetworkMembers } from "../../bootstrap/services/members.ts";
import { replacingState, wasInterrupted } from "../../bootstrap/services/replacing.ts";
import { stopServices } from "../../bootstrap/services/stop.ts";
import { emptyState } from "../../bootstrap/services/state.ts";
import { label, stackLabels } from "../../engine/labels.ts";
import { containersOf, lookAtContainers } from "../../bootstrap/containers/stop-start.ts";
import {
  emptyDatadir,
  refuseUnresettable,
  replaceDatadirs,
} from "../../bootstrap/containers/datadir.ts";

/** Milliseconds for putting the nodes back after a failure, whatever it was. */
const backLimit = 10_000;

/**
 * Runs `work`, in which a scenario is run, on nodes at the genesis block; and puts them back there when
 * it fails, so that nothing half-made is taken for the network.
 * @param bootstrapped Height that the network was handed out with. Blocks above it are people's.
 *   Undefined: it never was.
 * @throws Error, before anything is touched, when people's blocks would be thrown away
 */
export async function onFreshNodes<T>(
  docker: Docker,
  network: NetworkMembers & MayDiscard & PutsFreshBlocks,
  context: NodesContext,
  bootstrapped: number | undefined,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  await beginAnew(docker, network, context, bootstrapped);
  try {
    return await onNodes(docker, network, context, work);
  } catch (error) {
    const own = { ...context, signal: AbortSignal.timeout(backLimit) };
    // What failed first is what a person must read; the next run finds what stays, and puts it back.
    await backToGenesis(docker, network, own).catch(() => undefined);
    throw error;
  }
}

/**
 * Whether a node lacks a wallet that it had when the scenario had run: somebody removed its volume. Its
 * height says nothing, since it has got the blocks from the others by now.
 */
export async function someWalletIsGone(
  docker: Docker,
  network: NetworkInputs,
  context: NodesContext,
  recorded: ChainFacts["wallets"],
): Promise<boolean> {
  return await onNodes(docker, network, context, async (run) => {
    await step(run, "wait for the nodes", () => ensureReady(run));
    const gone = await onEach(run, async ({ name, rpc }) => {
      const { wallets } = await rpc.call("listwalletdir");
      const there = new Set(wallets.map((wallet) => wallet.name));
      return Object.keys(recorded[name] ?? {}).some((wallet) => !there.has(wallet));
    });
    return gone.includes(true);
  });
}

async function beginAnew(
  docker: Docker,
  network: NetworkMembers & MayDiscard & PutsFreshBlocks,
  context: NodesContext,
  bootstrapped: number | undefined,
): Promise<void> {
  const heights = await onNodes(docker, network, context, async (run) => {
    await step(run, "wait for the nodes", () => ensureReady(run));
    const declared = network.freshBlock === true ? bootstrapped : undefined;
    return await heightsOf(run, declared);
  });
  const untouched = heights.every((height) => height === undefined);
  // The nodes may have been back at the genesis block when the run was killed that put all back there.
  if (untouched && !(await wasInterrupted(docker, network.services))) return;
  const blocks = Math.max(...heights.map((height) => height ?? 0)) - (bootstrapped ?? Infinity);
  if (blocks > 0) {
    refuseLoss(
      network,
      "a node lost its volume, so the scenario has to run again from the genesis block, which would discard the " +
        `${blocksText(blocks)} mined since the bootstrap at height ${bootstrapped}`,
      "take a snapshot first (npm run snapshot -- NAME)",
    );
  }
  await withoutCrowd(docker, network.crowd, context, () => backToGenesis(docker, network, context));
}

/** What to do when that was interrupted. */
const repeat = "repeat it: npm run up";

/** Whatever the nodes hold goes. */
async function backToGenesis(
  docker: Docker,
  network: NetworkMembers,
  context: NodesContext,
): Promise<void> {
  const { signal, status } = context;
  const containers = containersOf(docker, network.nodes);
  refuseUnresettable(await lookAtContainers(containers, signal));
  await stopServices(docker, network.services, context);
  status("reset the nodes to the genesis block");
  const archive = await emptyDatadir();
  await replacingState(docker, network.services, repeat, async () => {
    await replaceDatadirs(
      containers.map((node) => ({ ...node, archive })),
      { timeout: network.timeout, signal },
    );
    await emptyServices(docker, network, signal);
  });
}

/** What services keep is of the chain that goes. */
async function emptyServices(
  docker: Docker,
  { nodes, services = [] }: NetworkMembers,
  signal: AbortSignal,
): Promise<void> {
  const [node] = nodes;
  if (node === undefined || services.length === 0) return;
  const { Image, Config } = await docker.getContainer(node.containerId).inspect();
  const { [label.stackId]: id = "", [label.stack]: stack = "" } = Config.Labels;
  await emptyState(docker, services, Image, {
    signal,
    labels: stackLabels(id, stack, "temporary"),
  });
}

/**
 * Each node's height; undefined for one that nothing was done with.
 * @param declared Height above which blocks of the present are not counted. Undefined: all blocks are.
 */
async function heightsOf(
  { nodes }: Run,
  declared: number | undefined,
): Promise<(number | undefined)[]> {
  return await Promise.all(
    nodes.map(async ({ rpc }) => {
      const height = await rpc.call("getblockcount");
      const { wallets } = await rpc.call("listwalletdir");
      const fresh = declared === undefined ? [] : await freshBlocksAbove(rpc, declared);
      return height === 0 && wallets.length === 0 ? undefined : height - fresh.length;
    }),
  );
}
