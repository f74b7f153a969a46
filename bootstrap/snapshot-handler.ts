/** The resource `Snapshot`: the state of the whole network, committed as one image for each node. */
import { isDeepStrictEqual } from "node:util";

import type Docker from "dockerode";

import { connectEngine } from "../engine/client.ts";
import { label, stackLabels } from "../engine/labels.ts";
import {
  type CheckFailure,
  type OperationContext,
  PartialResourceError,
  type ResourceHandler,
  UNKNOWN,
} from "../plugin/handler.ts";
import { type ChainFacts, chainFacts, reconnect } from "./bootstrap.ts";
import type { Funded } from "./funding.ts";
import { inputDiff } from "./input-diff.ts";
import { type Manifest, manifestLabel } from "./manifest.ts";
import { type NetworkInputs, onNodes } from "./session.ts";
import {
  type CommittedImage,
  commit,
  imageOwner,
  removeImage,
  start,
  stopCleanly,
} from "./snapshot.ts";

export interface SnapshotInputs extends NetworkInputs {
  /** What must be true of the network when it is committed. */
  readonly chain: ChainFacts;
  readonly funded: readonly Funded[];
  /** Node's name → the reference its image gets. */
  readonly references: Readonly<Record<string, string>>;
  /** Name of the snapshot. */
  readonly name: string;
  readonly stackId: string;
  readonly stack: string;
  /** Whether the images outlive the resource. */
  readonly keep: boolean;
}

interface SnapshotState extends SnapshotInputs {
  readonly images: Readonly<Record<string, CommittedImage>>;
  /** Node's name → its address after the start that follows the commit. */
  readonly addresses: Readonly<Record<string, string>>;
}

export const snapshotHandler: ResourceHandler = {
  async check(news, _olds, { signal }) {
    const { references, stackId } = news as unknown as SnapshotInputs;
    const docker = await connectEngine({ signal });
    const failures: CheckFailure[] = [];
    for (const reference of Object.values(references)) {
      const owner = await imageOwner(docker, reference);
      if (owner === undefined || owner === stackId || stackId === UNKNOWN) continue;
      failures.push({
        property: "references",
        reason:
          `prefix: the image name ${reference} is taken by an image that is not this stack's; ` +
          `set another prefix, or remove it with docker rmi ${reference}`,
      });
    }
    return { inputs: news, failures };
  },

  diff(_id, _state, oldInputs, news) {
    const replaceOn = ["nodes", "chain", "funded", "references", "name", "stackId"];
    return Promise.resolve({
      detailed: inputDiff(oldInputs, news, replaceOn),
      // The new images take the names of the old ones.
      deleteBeforeReplace: true,
    });
  },

  async create(properties, context) {
    const inputs = properties as unknown as SnapshotInputs;
    const docker = await connectEngine({ signal: context.signal });
    const images = await committed(docker, inputs, context);
    const id = `${inputs.stack}/${inputs.name}`;
    try {
      const addresses = await restarted(docker, inputs, context);
      return { id, state: { ...inputs, images, addresses } };
    } catch (error) {
      // The images are there and must not be forgotten.
      throw new PartialResourceError(
        `the snapshot was committed, but the network did not come back: ${String(error)}`,
        id,
        { ...inputs, images, addresses: {} },
        { cause: error },
      );
    }
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

  async update(_id, state, news, context) {
    const docker = await connectEngine({ signal: context.signal });
    const { images } = state as unknown as SnapshotState;
    const inputs = news as unknown as SnapshotInputs;
    return { ...inputs, images, addresses: await restarted(docker, inputs, context) };
  },

  async delete(_id, state, { signal }) {
    const { images, keep } = state as unknown as SnapshotState;
    if (keep) return;
    const docker = await connectEngine({ signal });
    for (const image of Object.values(images)) await removeImage(docker, image, signal);
  },
};

function containersOf(
  docker: Docker,
  { nodes }: SnapshotInputs,
): { name: string; container: Docker.Container }[] {
  return nodes.map(({ name, containerId }) => ({
    name,
    container: docker.getContainer(containerId),
  }));
}

/** Stops all nodes and commits each; they stay stopped. */
async function committed(
  docker: Docker,
  inputs: SnapshotInputs,
  context: OperationContext,
): Promise<Record<string, CommittedImage>> {
  const containers = containersOf(docker, inputs);
  const versions = await onNodes(docker, inputs, context, (run) =>
    Promise.all(
      run.nodes.map(
        async ({ name, rpc }) => [name, (await rpc.call("getnetworkinfo")).version] as const,
      ),
    ),
  );
  const bases = await Promise.all(
    containers.map(
      async ({ name, container }) => [name, (await container.inspect()).Image] as const,
    ),
  );
  const manifest: Manifest = {
    format: 1,
    snapshot: inputs.name,
    chain: "regtest",
    facts: inputs.chain,
    funded: inputs.funded,
    bitcoindVersions: Object.fromEntries(versions),
    baseImages: Object.fromEntries(bases),
    created: new Date().toISOString(),
  };
  context.status("stop the nodes");
  await stopCleanly(containers, inputs.timeout, context.signal);
  context.status("commit the images");
  const images = await Promise.all(
    containers.map(async ({ name, container }) => {
      const labels = {
        ...stackLabels(inputs.stackId, inputs.stack, "snapshot"),
        [label.node]: name,
        [manifestLabel]: JSON.stringify(manifest),
      };
      const reference = inputs.references[name];
      if (reference === undefined) throw new Error(`${name}: there is no reference for its image`);
      return [name, await commit(container, reference, labels, context.signal)] as const;
    }),
  );
  return Object.fromEntries(images);
}

/** Starts all nodes, connects them again, and makes sure that they are as they were committed. */
async function restarted(
  docker: Docker,
  inputs: SnapshotInputs,
  context: OperationContext,
): Promise<Record<string, string>> {
  context.status("start the nodes");
  await start(containersOf(docker, inputs), context.signal);
  return await onNodes(docker, inputs, context, async (run) => {
    await reconnect(run, inputs.connect);
    const facts = await chainFacts(run);
    if (!isDeepStrictEqual(facts, inputs.chain)) {
      throw new Error(
        `the network is not as it was committed: ${JSON.stringify(facts)} instead of ${JSON.stringify(inputs.chain)}`,
      );
    }
    return Object.fromEntries(run.nodes.map(({ name, ip }) => [name, ip]));
  });
}
