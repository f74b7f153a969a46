/** Where the nodes come from: an image that is built and a chain that is mined on it, or a snapshot with both. */
import * as pulumi from "@pulumi/pulumi";

import type { ChainPlanJson } from "../bootstrap/plan/chain-plan.ts";
import { Source } from "./resources.ts";
import type { CommittedImage } from "../bootstrap/snapshots/committed-image.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest-schema.ts";
import { chainDigest, chainPlan } from "./declared-chain.ts";
import { digestOf } from "../bootstrap/plan/digest.ts";
import type { NetworkSettings } from "./network-settings.ts";
import { crowded, type DeclaredImages, type ImageOptions, nodeImages } from "./images.ts";

export interface Origin {
  /** 12 hex digits that tell this chain from any other: another one begins on empty volumes. */
  readonly chain: pulumi.Output<string>;
  /** The wallets that a node has by declaration, those of the snapshot included. */
  walletsOf(node: string): pulumi.Output<readonly string[]>;
  /** Height of that chain. */
  readonly height: pulumi.Input<number>;
  /** Folders of a service's state, as its image in the snapshot has them; undefined: there is none. */
  stateOf(service: string): pulumi.Output<readonly string[]> | undefined;
  /** Declares the images. */
  images(options: ImageOptions): DeclaredImages;
  /** The plan of a chain that is mined here; undefined: it comes from a snapshot. */
  readonly plan: pulumi.Output<ChainPlanJson> | undefined;
  /** What the bootstrap is to bring about, or to find. */
  readonly history: { plan: pulumi.Output<ChainPlanJson> } | { manifest: pulumi.Output<Manifest> };
  /** The snapshot's images, node by node; undefined: there are none yet. */
  readonly snapshots: pulumi.Output<Record<string, CommittedImage>> | undefined;
}

/** The origin that the settings name, whose resources are part of the network. */
export function originOf(
  settings: NetworkSettings,
  options: Pick<ImageOptions, "name" | "parent" | "engine">,
): Origin {
  return settings.start === "snapshot" ? fromSnapshot(settings, options) : fromGenesis(settings);
}

/** An image for each kind of bitcoind, and a chain from the genesis block on. */
function fromGenesis(settings: NetworkSettings): Origin {
  const plan = chainPlan(settings);
  return {
    chain: chainDigest(plan),
    walletsOf: (node) =>
      pulumi.output([
        node,
        ...settings.nodes.flatMap(({ name, wallets }) => (name === node ? wallets : [])),
      ]),
    height: settings.blocks + settings.confirmations,
    stateOf: () => undefined,
    images: (options) => nodeImages(settings, options),
    plan,
    history: { plan },
    snapshots: undefined,
  };
}

/** Each node from its own image in the snapshot that is named. */
function fromSnapshot(
  { snapshot, nodes, services, connect }: NetworkSettings,
  { name, parent, engine }: Pick<ImageOptions, "name" | "parent" | "engine">,
): Origin {
  const declared = nodes.map(({ name, role, wallets }) => ({ name, role, wallets }));
  const keeping = services.map(({ name, state }) => ({ name, state }));
  const args = {
    ...{ snapshot, nodes: declared, connect, engine },
    ...(keeping.length > 0 && { services: keeping }),
  };
  const { images, manifest } = new Source(`${name}-source`, args, { parent });
  return {
    // Two snapshots may have one tip, and other wallets.
    chain: manifest.apply(({ snapshot, created, facts }) =>
      digestOf(`${snapshot} ${created} ${facts.tip}`),
    ),
    walletsOf: (node) => manifest.apply(({ facts }) => Object.keys(facts.wallets[node] ?? {})),
    height: manifest.apply(({ facts }) => facts.height),
    images: () => {
      // The programs for a crowd are in each image, and nothing else of it is used.
      const [any] = nodes;
      const memberOf = (member: string): string =>
        member === crowded ? (any?.name ?? "") : member;
      const idOf = (member: string): pulumi.Output<string> =>
        images.apply((images) => images[memberOf(member)]?.id ?? "");
      const resourceOf = (member: string): string => `${name}-${memberOf(member)}`;
      return { idOf, resourceOf, all: [] };
    },
    stateOf: (service) =>
      manifest.apply(
        ({ services = [] }) => services.find(({ name }) => name === service)?.state ?? [],
      ),
    plan: undefined,
    history: { manifest },
    snapshots: images,
  };
}
