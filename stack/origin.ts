/** Where the nodes come from: an image that is built and a chain that is mined on it, or a snapshot with both. */
import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import type { ChainPlan } from "../bootstrap/bootstrap.ts";
import { Source } from "../bootstrap/resources.ts";
import type { CommittedImage } from "../bootstrap/snapshots/images.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest.ts";
import { chainDigest, chainPlan } from "./chain.ts";
import type { StackConfig } from "./config.ts";
import { contextHash } from "./context-hash.ts";

export interface Origin {
  /** Id of the image that a node's container is made from. */
  imageOf(node: string): pulumi.Output<string>;
  /** What the bootstrap is to bring about, or to find. */
  readonly history: { plan: pulumi.Output<ChainPlan> } | { manifest: pulumi.Output<Manifest> };
  /** Changes with the chain: another one begins on new containers. */
  readonly chain: pulumi.Output<string>;
  /** The snapshot's images, node by node; undefined: there are none yet. */
  readonly snapshots: pulumi.Output<Record<string, CommittedImage>> | undefined;
}

const imageContext = "images/bitcoind";

/** One image for all nodes, and a chain from the genesis block on. */
export function fromGenesis(
  config: StackConfig,
  labels: pulumi.Input<Record<string, string>>,
): Origin {
  const base = config.baseImage || process.env["REGTEST_BASE_IMAGE"] || "debian:forky-slim";
  const image = new docker.RemoteImage("bitcoind", {
    name: `${config.prefix}regtest-bitcoind:${contextHash(imageContext, base)}`,
    build: {
      context: imageContext,
      buildArgs: { BASE: base },
      labels,
      // Serves every engine from 20.10 on, without buildx.
      useLegacyBuilder: true,
    },
  });
  const plan = chainPlan(config);
  return {
    imageOf: () => image.imageId,
    history: { plan },
    chain: chainDigest(plan),
    snapshots: undefined,
  };
}

/** Each node from its own image in the snapshot that the config names. */
export function fromSnapshot(config: StackConfig): Origin {
  const source = new Source("source", {
    snapshot: config.snapshot,
    nodes: config.nodes.map(({ name }) => name),
  });
  return {
    imageOf: (node) => source.images.apply((images) => images[node]?.id ?? ""),
    history: { manifest: source.manifest },
    chain: source.manifest.apply(({ facts }) => facts.tip),
    snapshots: source.images,
  };
}
