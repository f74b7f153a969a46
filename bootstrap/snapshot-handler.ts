/** The resource `Snapshot`: the state of the whole network, committed as one image for each node. */
import { isDeepStrictEqual } from "node:util";

import type Docker from "dockerode";

import { connectEngine } from "../engine/client.ts";
import {
  type CreateResult,
  type OperationContext,
  PartialResourceError,
  type Properties,
  type ResourceHandler,
} from "../plugin/handler.ts";
import { withoutAutoMining } from "./auto-mining.ts";
import type { ChainFacts } from "./facts.ts";
import { inputDiff } from "./input-diff.ts";
import { addressesOf, declarationOf } from "./node.ts";
import type { NetworkInputs } from "./session.ts";
import { findSnapshot } from "./snapshots/find.ts";
import { type CommittedImage, imageOwner, removeImage } from "./snapshots/images.ts";
import { commitNetwork, type SnapshotDetails, startVerified } from "./snapshots/take.ts";

export interface SnapshotInputs extends NetworkInputs, SnapshotDetails {
  /** What the network must have come from when it is committed. */
  readonly chain: ChainFacts;
  /** Whether the images outlive the resource. */
  readonly keep: boolean;
  /** Node's name → its address as the bootstrap found it: another one means that a node was started again. */
  readonly reachedAt: Readonly<Record<string, string>>;
}

interface SnapshotState extends SnapshotInputs {
  readonly images: Readonly<Record<string, CommittedImage>>;
  /** Node's name → its address now: after the start that follows the commit, or a later one. */
  readonly addresses: Readonly<Record<string, string>>;
}

export const snapshotHandler: ResourceHandler = {
  /** That nobody else has the images' names is made sure by the claim, before anything is made. */
  check(news) {
    return Promise.resolve({ inputs: news });
  },

  /** What it holds is in the volumes: other containers for the same nodes make no other snapshot. */
  diff(_id, _state, oldInputs, news) {
    const replaceOn = ["chain", "funded", "references", "name", "stackId"];
    const nodes = sameNodes(oldInputs, news) ? [] : ["nodes"];
    return Promise.resolve({
      detailed: inputDiff(oldInputs, news, [...replaceOn, ...nodes]),
      // The new images take the names of the old ones.
      deleteBeforeReplace: true,
    });
  },

  async create(properties, context) {
    const inputs = properties as unknown as SnapshotInputs;
    const docker = await connectEngine({ signal: context.signal });
    return await withoutAutoMining(docker, inputs.nodes, context.signal, () =>
      taken(docker, inputs, context),
    );
  },

  async read(id, state, inputs, { signal }) {
    if (state === undefined || inputs === undefined) {
      throw new Error("A snapshot cannot be imported: run `pulumi up`, it makes one.");
    }
    const docker = await connectEngine({ signal });
    for (const { image } of Object.values((state as unknown as SnapshotState).images)) {
      if ((await imageOwner(docker, image)) !== state["stackId"]) return undefined;
    }
    return { id, state, inputs };
  },

  /** What changes without a replacement concerns no image. A network that did not come back gets another chance. */
  async update(_id, state, news, context) {
    const { images, addresses } = state as unknown as SnapshotState;
    const inputs = news as unknown as SnapshotInputs;
    const docker = await connectEngine({ signal: context.signal });
    if (Object.keys(addresses).length > 0) {
      return { ...news, images, addresses: await addressesOf(docker, inputs.nodes) };
    }
    const { manifest } = await findSnapshot(docker, inputs.name);
    const now = await withoutAutoMining(docker, inputs.nodes, context.signal, () =>
      startVerified(docker, inputs, manifest.facts, context),
    );
    return { ...news, images, addresses: now };
  },

  async delete(_id, state, { signal }) {
    const { images, keep } = state as unknown as SnapshotState;
    if (keep) return;
    const docker = await connectEngine({ signal });
    for (const image of Object.values(images)) await removeImage(docker, image);
  },
};

/** Also true while it is not known which nodes there are going to be. */
function sameNodes(oldInputs: Properties, news: Properties): boolean {
  if (!Array.isArray(news["nodes"])) return true;
  const [before, after] = [oldInputs, news].map((inputs) =>
    (inputs as unknown as SnapshotInputs).nodes.map(declarationOf),
  );
  return isDeepStrictEqual(before, after);
}

async function taken(
  docker: Docker,
  inputs: SnapshotInputs,
  context: OperationContext,
): Promise<CreateResult> {
  const { images, manifest } = await commitNetwork(docker, inputs, inputs, context);
  const id = `${inputs.stack}/${inputs.name}`;
  try {
    const addresses = await startVerified(docker, inputs, manifest.facts, context);
    return { id, state: { ...inputs, images, addresses } };
  } catch (error) {
    // The images are there and must not be forgotten.
    const reason = "the snapshot was committed, but the network did not come back";
    const state = { ...inputs, images, addresses: {} };
    throw new PartialResourceError(reason, id, state, { cause: error });
  }
}
