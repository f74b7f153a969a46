/** Where the nodes come from: an image that is built and a chain that is mined on it, or a snapshot with both. */
import * as pulumi from "@pulumi/pulumi";

import type { ChainPlanJson } from "../bootstrap/plan/chain-plan.ts";
import { Source } from "./resources.ts";
import type { CommittedImage } from "../bootstrap/snapshots/images.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest-schema.ts";
import { chainDigest, chainPlan } from "./declared-chain.ts";
import { digestOf } from "../bootstrap/plan/digest.ts";
import type { StackConfig } from "./config/config.ts";
import { type DeclaredImages, nodeImages } from "./images.ts";

export interface Origin {
  /** 12 hex digits that tell this chain from any other: another one begins on empty volumes. */
  readonly chain: pulumi.Output<string>;
  /** The wallets that a node has by declaration, those of the snapshot included. */
  walletsOf(node: string): pulumi.Output<readonly string[]>;
  /** Height of that chain. */
  readonly height: pulumi.Input<number>;
  /** Declares the images. */
  images(
    labels: pulumi.Input<Record<string, string>>,
    options: pulumi.CustomResourceOptions,
  ): DeclaredImages;
  /** The plan of a chain that is mined here; undefined: it comes from a snapshot. */
  readonly plan: pulumi.Output<ChainPlanJson> | undefined;
  /** What the bootstrap is to bring about, or to find. */
  readonly history: { plan: pulumi.Output<ChainPlanJson> } | { manifest: pulumi.Output<Manifest> };
  /** The snapshot's images, node by node; undefined: there are none yet. */
  readonly snapshots: pulumi.Output<Record<string, CommittedImage>> | undefined;
}

/** An image for each kind of bitcoind, and a chain from the genesis block on. */
export function fromGenesis(config: StackConfig): Origin {
  const plan = chainPlan(config);
  return {
    chain: chainDigest(plan),
    walletsOf: (node) =>
      pulumi.output([
        node,
        ...config.nodes.flatMap(({ name, wallets }) => (name === node ? wallets : [])),
      ]),
    height: config.blocks + config.confirmations,
    images: (labels, options) => nodeImages(config, labels, options),
    plan,
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
  return {
    // Two snapshots may have one tip, and other wallets.
    chain: manifest.apply(({ snapshot, created, facts }) =>
      digestOf(`${snapshot} ${created} ${facts.tip}`),
    ),
    walletsOf: (node) => manifest.apply(({ facts }) => Object.keys(facts.wallets[node] ?? {})),
    height: manifest.apply(({ facts }) => facts.height),
    images: () => ({
      idOf: (node) => images.apply((images) => images[node]?.id ?? ""),
      all: [],
    }),
    plan: undefined,
    history: { manifest },
    snapshots: images,
  };
}
