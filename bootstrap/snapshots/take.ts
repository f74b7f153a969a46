/** Taking a snapshot: the whole network, stopped at one state, one image for each node. */
import type Docker from "dockerode";

import { label, stackLabels } from "../../engine/labels.ts";
import type { OperationContext } from "../../plugin/handler.ts";
import { reconnect } from "../bootstrap.ts";
import { type ChainFacts, differences } from "../facts.ts";
import type { Funded } from "../funding.ts";
import { type NetworkInputs, onNodes } from "../session.ts";
import { containersOf, start, stopCleanly } from "./containers.ts";
import { type CommittedImage, commit, imageOwner, removeReference } from "./images.ts";
import { manifestLabels } from "./manifest.ts";
import { describeNetwork } from "./describe.ts";
import { verifyStarted } from "./verify.ts";

export interface SnapshotDetails {
  /** Name of the snapshot. */
  readonly name: string;
  readonly stackId: string;
  readonly stack: string;
  /** `snapshot` lives and dies with its stack. */
  readonly kind: "snapshot" | "named-snapshot";
  readonly funded: readonly Funded[];
  /** What must be true of the network; left out: whatever is. */
  readonly chain?: ChainFacts;
  /** Node's name → the reference its image gets. */
  readonly references: Readonly<Record<string, string>>;
}

type Context = Pick<OperationContext, "signal" | "status">;

/**
 * Stops all nodes and commits each. They stay stopped.
 * @throws Error, before anything is stopped, when the network is not what `details.chain` says
 */
export async function commitNetwork(
  docker: Docker,
  network: NetworkInputs,
  details: SnapshotDetails,
  context: Context,
): Promise<Record<string, CommittedImage>> {
  const containers = containersOf(docker, network.nodes);
  // Somebody may have been interrupted after they were stopped.
  await start(containers, context.signal);
  const manifest = await onNodes(docker, network, context, async (run) => {
    await reconnect(run, network.connect);
    return await describeNetwork(run, network.connect, details);
  });
  const different = details.chain === undefined ? [] : differences(details.chain, manifest.facts);
  if (different.length > 0) {
    throw new Error(`the network is no longer as the bootstrap left it: ${different.join("; ")}`);
  }
  context.status("stop the nodes");
  await stopCleanly(containers, network.timeout, context.signal);
  context.status("commit the images");
  const committed = await Promise.all(
    containers.map(async ({ name, container }) => {
      const reference = details.references[name];
      if (reference === undefined) throw new Error(`${name}: there is no reference for its image`);
      // What an interrupted commit left under the name would stay behind without one.
      if ((await imageOwner(docker, reference)) === details.stackId)
        await removeReference(docker, reference);
      const labels = {
        ...stackLabels(details.stackId, details.stack, details.kind),
        [label.node]: name,
        [label.snapshot]: details.name,
        ...manifestLabels(manifest),
      };
      return [name, await commit(container, reference, labels, context.signal)] as const;
    }),
  );
  return Object.fromEntries(committed);
}

/**
 * Starts all nodes, connects them, and makes sure that the network is what `expected` says.
 * @returns node's name → its address on the stack's network
 * @throws Error that names every fact that differs
 */
export async function startVerified(
  docker: Docker,
  network: NetworkInputs,
  expected: ChainFacts,
  context: Context,
): Promise<Record<string, string>> {
  context.status("start the nodes");
  await start(containersOf(docker, network.nodes), context.signal);
  return await onNodes(docker, network, context, async (run) => {
    await verifyStarted(run, network.connect, expected);
    return Object.fromEntries(run.nodes.map(({ name, ip }) => [name, ip]));
  });
}
