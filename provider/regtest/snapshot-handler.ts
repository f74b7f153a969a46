/** The resource `Snapshot`: the state of the whole network, committed as one image for each node. */
import { isDeepStrictEqual } from "node:util";

import type Docker from "dockerode";

import {
  type CreateResult,
  type OperationContext,
  PartialResourceError,
  UNKNOWN,
} from "../server/handler.ts";
import { withoutAutoMining } from "../../bootstrap/services/without-auto-mining.ts";
import { type ChainPlanJson, planFromJson } from "../../bootstrap/plan/chain-plan.ts";
import type { ChainFacts } from "../../bootstrap/chain/facts.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { inputDiff } from "./input-diff.ts";
import { ownResource } from "./own-resource.ts";
import { addressesOf, declarationOf } from "../../bootstrap/nodes/node.ts";
import type { NetworkMembers } from "../../bootstrap/services/members.ts";
import { serviceDeclaration } from "../../bootstrap/services/service.ts";
import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { commitAside } from "../../bootstrap/commit-aside.ts";
import { imageOwner, removeImage } from "../../bootstrap/snapshots/images.ts";
import type { CommittedImage } from "../../bootstrap/snapshots/committed-image.ts";
import {
  type CommittedNetwork,
  commitNetwork,
  MovedOnError,
  type SnapshotDetails,
  startVerified,
} from "../../bootstrap/snapshots/take/commit.ts";

export interface SnapshotInputs extends NetworkMembers, SnapshotDetails, OnEngine {
  /** What it holds, whatever people did since. */
  readonly chain: ChainFacts;
  /** How that came about. */
  readonly plan: ChainPlanJson;
  /** Whether the images outlive the resource. */
  readonly keep: boolean;
  /** Node's name → its address as the bootstrap found it: another one means that a node was started again. */
  readonly reachedAt: Readonly<Record<string, string>>;
  /** Seconds since 1970 that a scenario set the clocks to. Left out: none did. */
  readonly clock?: number | undefined;
}

export interface SnapshotState extends SnapshotInputs {
  readonly images: Readonly<Record<string, CommittedImage>>;
  /** Node's name → its address now: after the start that follows the commit, or a later one. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** That nobody else has the images' names is made sure by the claim, before anything is made. */
export const snapshotHandler = ownResource({
  importRefusal: "A snapshot cannot be imported: run `pulumi up`, which creates one.",

  /** Another content is taken under the same names; the old one goes when the new one is there. */
  diff(_id, _state, oldInputs, news) {
    const { clock, ...others } = news;
    // A preview does not know what a bootstrap left out: that it has no clock is no change.
    const known = clock === UNKNOWN ? others : news;
    return Promise.resolve({ detailed: inputDiff(oldInputs, known, ["stackId"]) });
  },

  async create(properties, context) {
    const inputs = properties as unknown as SnapshotInputs;
    const docker = await connectTo(inputs, context.signal);
    return await withoutAutoMining(docker, inputs.nodes, context.signal, () =>
      taken(docker, inputs, context, false),
    );
  },

  async read(id, state, inputs, { signal }) {
    const docker = await connectTo(state, signal);
    for (const { image } of Object.values((state as unknown as SnapshotState).images)) {
      if ((await imageOwner(docker, image)) !== state["stackId"]) return undefined;
    }
    return { id, state, inputs };
  },

  /** A network that did not come back gets another chance. */
  async update(_id, state, news, context) {
    const kept = state as unknown as SnapshotState;
    const { images, addresses } = kept;
    const inputs = news as unknown as SnapshotInputs;
    const docker = await connectTo(inputs, context.signal);
    if (!isDeepStrictEqual(contentOf(kept), contentOf(inputs))) {
      const again = await withoutAutoMining(docker, inputs.nodes, context.signal, () =>
        taken(docker, inputs, context, true),
      );
      const names = new Set(Object.values(inputs.references));
      for (const image of Object.values(images))
        if (!names.has(image.image)) await removeImage(docker, image);
      return again.state;
    }
    if (Object.keys(addresses).length > 0) {
      return { ...news, images, addresses: await addressesOf(docker, inputs.nodes) };
    }
    const { manifest } = await findSnapshot(docker, inputs.name);
    const now = await withoutAutoMining(docker, inputs.nodes, context.signal, () =>
      startVerified(docker, inputs, manifest, context),
    );
    return { ...news, images, addresses: now };
  },

  async delete(_id, state, { signal }) {
    const { images, keep } = state as unknown as SnapshotState;
    if (keep) return;
    const docker = await connectTo(state, signal);
    for (const image of Object.values(images)) await removeImage(docker, image);
  },
});

/** What of the inputs is in the images: not in which containers the nodes are now. */
function contentOf({
  nodes,
  services = [],
  chain,
  funded,
  references,
  name,
}: SnapshotInputs): unknown {
  const declared = services.map(serviceDeclaration);
  return [nodes.map(declarationOf), chain, funded, references, name, declared];
}

async function taken(
  docker: Docker,
  inputs: SnapshotInputs,
  context: OperationContext,
  isAgain: boolean,
): Promise<CreateResult> {
  const { images, before, beside } = await committed(docker, inputs, context, isAgain);
  const id = `${inputs.stack}/${inputs.name}`;
  try {
    const addresses = beside
      ? await addressesOf(docker, inputs.nodes)
      : await startVerified(docker, inputs, before, context);
    return { id, state: { ...inputs, images, addresses } };
  } catch (error) {
    // The images are there and must not be forgotten.
    const reason = "the snapshot was committed, but the network did not come back";
    const state = { ...inputs, images, addresses: {} };
    throw new PartialResourceError(reason, id, state, { cause: error });
  }
}

/** Whether what services keep may be people's: they have run, or had another container before. */
async function mayBeUsed(
  docker: Docker,
  { services = [] }: NetworkMembers,
  isAgain: boolean,
): Promise<boolean> {
  const keeping = services.filter(({ state }) => state.length > 0);
  if (isAgain || keeping.length === 0) return keeping.length > 0;
  const found = await Promise.all(
    keeping.map(({ containerId }) => docker.getContainer(containerId).inspect()),
  );
  // The engine tells the year 1 of what has never run.
  return found.some(({ State }) => !State.StartedAt.startsWith("0001-"));
}

/**
 * Commits the declared chain: of the network as long as it has nothing else.
 * @param isAgain Whether there was a snapshot before.
 * @throws Error that says what to do if there are further blocks and the chain cannot be recreated
 */
async function committed(
  docker: Docker,
  inputs: SnapshotInputs,
  context: OperationContext,
  isAgain: boolean,
): Promise<CommittedNetwork & { readonly beside: boolean }> {
  const { chain, plan, clock } = inputs;
  const details = { ...inputs, bootstrapped: chain.height, declared: { clock } };
  const asItIs = async (expected?: ChainFacts) => ({
    ...(await commitNetwork(
      docker,
      inputs,
      { ...details, ...(expected && { expected }) },
      context,
    )),
    beside: false,
  });
  const aside = async () => ({
    ...(await commitAside(
      docker,
      inputs,
      details,
      { plan: planFromJson(plan), tip: chain.tip },
      context,
    )),
    beside: true,
  });
  const reproducible = plan.walletSeed !== undefined;
  try {
    const used =
      reproducible && plan.scenario === undefined && (await mayBeUsed(docker, inputs, isAgain));
    return used ? await aside() : await asItIs(chain);
  } catch (error) {
    if (!(error instanceof MovedOnError)) throw error;
    if (reproducible) return await aside();
    const { height, tip } = error.seen;
    if (tip === chain.tip) return await asItIs();
    throw new Error(
      `the stack's own snapshot would be taken at height ${height} instead of ${chain.height}, since the chain is ` +
        "not reproducible and has changed since. npm run snapshot -- NAME keeps its current state; " +
        "npm run reset returns to the snapshot, if it still exists; then run npm run up again",
      { cause: error },
    );
  }
}
