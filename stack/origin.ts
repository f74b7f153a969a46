/** Where the nodes come from: an image that is built and a chain that is mined on it, or a snapshot with both. */
import * as pulumi from "@pulumi/pulumi";

import type { ChainPlan } from "../bootstrap/bootstrap.ts";
import { Source } from "../bootstrap/resources.ts";
import type { CommittedImage } from "../bootstrap/snapshots/images.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest.ts";
import { chainDigest, chainPlan } from "./chain.ts";
import type { StackConfig } from "./config.ts";
import { type DeclaredImages, nodeImages } from "./images.ts";

export interface Origin {
  /**
   * Changes with the node's image and with the chain, and is known before either is made: another chain
   * begins on new containers.
   */
  identityOf(node: string): pulumi.Output<string>;
  /** Changes with the chain. */
  readonly chain: pulumi.Output<string>;
  /** Height of that chain. */
  readonly height: pulumi.Input<number>;
  /** Declares the images. */
  images(labels: pulumi.Input<Record<string, string>>): DeclaredImages;
  /** What the bootstrap is to bring about, or to find. */
  readonly history: { plan: pulumi.Output<ChainPlan> } | { manifest: pulumi.Output<Manifest> };
  /** The snapshot's images, node by node; undefined: there are none yet. */
  readonly snapshots: pulumi.Output<Record<string, CommittedImage>> | undefined;
}

/** An image for each kind of bitcoind, and a chain from the genesis block on. */
export function fromGenesis(config: StackConfig): Origin {
  const plan = chainPlan(config);
  const chain = chainDigest(plan);
  const images = nodeImages(config);
  return {
    identityOf: (node) => pulumi.interpolate`${images.nameOf(node)} ${chain}`,
    chain,
    height: config.blocks + config.confirmations,
    images: (labels) => images.declare(labels),
    history: { plan },
    snapshots: undefined,
  };
}

/** Each node from its own image in the snapshot that the config names. */
export function fromSnapshot(config: StackConfig): Origin {
  const { images, manifest } = new Source("source", {
    snapshot: config.snapshot,
    nodes: config.nodes.map(({ name, role, wallets }) => ({ name, role, wallets })),
    connect: config.connect,
  });
  const chain = manifest.apply(({ facts }) => facts.tip);
  return {
    identityOf: (node) =>
      pulumi.all([images, chain]).apply(([images, chain]) => `${images[node]?.id ?? ""} ${chain}`),
    chain,
    height: manifest.apply(({ facts }) => facts.height),
    images: () => ({
      idOf: (node) => images.apply((images) => images[node]?.id ?? ""),
      all: [],
    }),
    history: { manifest },
    snapshots: images,
  };
}
