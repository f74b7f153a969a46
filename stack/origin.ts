/** Where the nodes come from: an image that is built and a chain that is mined on it, or a snapshot with both. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { ChainPlan } from "../bootstrap/bootstrap.ts";
import { Source } from "../bootstrap/resources.ts";
import type { CommittedImage } from "../bootstrap/snapshots/images.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest.ts";
import { chainDigest, chainPlan } from "./chain.ts";
import type { StackConfig } from "./config.ts";
import { contextHash } from "./context-hash.ts";

export interface Origin {
  /**
   * Changes with the images and with the chain, and is known before either is made: another chain
   * begins on new containers.
   */
  readonly identity: pulumi.Output<string>;
  /** Changes with the chain. */
  readonly chain: pulumi.Output<string>;
  /** Height of that chain. */
  readonly height: pulumi.Input<number>;
  /** Declares the images. Gives the id of the one that a node's container is made from. */
  images(labels: pulumi.Input<Record<string, string>>): (node: string) => pulumi.Output<string>;
  /** What the bootstrap is to bring about, or to find. */
  readonly history: { plan: pulumi.Output<ChainPlan> } | { manifest: pulumi.Output<Manifest> };
  /** The snapshot's images, node by node; undefined: there are none yet. */
  readonly snapshots: pulumi.Output<Record<string, CommittedImage>> | undefined;
}

const imageContext = "images/bitcoind";

/** One image for all nodes, and a chain from the genesis block on. */
export function fromGenesis(config: StackConfig): Origin {
  const base = config.baseImage || process.env["REGTEST_BASE_IMAGE"] || "debian:forky-slim";
  const name = `${config.prefix}regtest-bitcoind:${contextHash(imageContext, base)}`;
  const plan = chainPlan(config);
  const chain = chainDigest(plan);
  return {
    identity: pulumi.interpolate`${name} ${chain}`,
    chain,
    height: config.blocks + config.confirmations,
    images: (labels) => {
      const image = new docker.RemoteImage("bitcoind", {
        name,
        build: {
          context: imageContext,
          buildArgs: { BASE: base },
          labels,
          // Serves every engine from 20.10 on, without buildx.
          useLegacyBuilder: true,
          // Also when the build fails or is interrupted: no container of it stays behind.
          forceRemove: true,
        },
      });
      return () => image.imageId;
    },
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
    identity: pulumi.all([images, chain]).apply(
      ([images, chain]) =>
        `${Object.values(images)
          .map(({ id }) => id)
          .join(" ")} ${chain}`,
    ),
    chain,
    height: manifest.apply(({ facts }) => facts.height),
    images: () => (node) => images.apply((images) => images[node]?.id ?? ""),
    history: { manifest },
    snapshots: images,
  };
}
