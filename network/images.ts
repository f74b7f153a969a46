/** The images of the nodes: one of Debian's bitcoind, and one on top of it for every other bitcoind. */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { builtImageName } from "../bootstrap/plan/given-names.ts";
import { CoreRelease } from "./resources.ts";
import type { StackConfig } from "./config/config.ts";
import { contextHash } from "../base/files/context-hash.ts";
import type { NodePlan } from "../bootstrap/plan/settings/network-plan.ts";
import {
  debianContext,
  debianImageName,
  externalImageName,
  otherContext,
} from "../bootstrap/plan/image-names.ts";

export interface DeclaredImages {
  /** Id of the image that a node's container is made from. */
  idOf(node: string): pulumi.Output<string>;
  /** What must be there before the first container is made. */
  readonly all: readonly pulumi.Resource[];
}

/** What the image of another bitcoind is built from. */
interface Other {
  /** Of the resource. */
  readonly resource: string;
  readonly name: pulumi.Output<string>;
  readonly context: pulumi.Output<string>;
  /** The image that bitcoind is taken from, or that its release runs on. */
  readonly source: string;
}

/** Declares the images; their names change with what goes into them. */
export function nodeImages(
  config: StackConfig,
  labels: pulumi.Input<Record<string, string>>,
  options: pulumi.CustomResourceOptions,
): DeclaredImages {
  const { prefix, base, nodes } = config;
  const debian = debianImageName(prefix, base);

  // Nodes with the same bitcoind have the same image.
  const others = new Map<string, Other | undefined>();
  const otherOf = (node: string): Other | undefined => {
    const image = nodes.find(({ name }) => name === node)?.image ?? "debian";
    const key = JSON.stringify(image);
    if (!others.has(key)) others.set(key, otherImage(image, config, { base, debian }));
    return others.get(key);
  };

  const common = {
    labels,
    // Serves every engine from 20.10 on, without buildx.
    useLegacyBuilder: true,
    // Also when the build fails or is interrupted: no container of it stays behind.
    forceRemove: true,
  };
  const first = new docker.RemoteImage(
    "bitcoind",
    { name: debian, build: { context: debianContext, buildArgs: { BASE: base }, ...common } },
    options,
  );
  const built = new Map<Other | undefined, docker.RemoteImage>([[undefined, first]]);
  for (const { name: node } of nodes) {
    const other = otherOf(node);
    if (other === undefined || built.has(other)) continue;
    const { resource, name, context, source } = other;
    const buildArgs = { NODE_IMAGE: debian, SOURCE: source };
    const args = { name, build: { context, buildArgs, ...common } };
    built.set(other, new docker.RemoteImage(resource, args, { ...options, dependsOn: first }));
  }
  return {
    idOf: (node) => (built.get(otherOf(node)) ?? first).imageId,
    all: [...built.values()],
  };
}

/** Declares what the image is made of beside the node's own image. */
function otherImage(
  image: NodePlan["image"],
  { prefix, coreDownloadBase: downloadBase, nodes }: StackConfig,
  { base, debian }: { readonly base: string; readonly debian: string },
): Other | undefined {
  if (image === "debian") return undefined;
  const { core: version, external: source } = image;
  if (source !== undefined) {
    const name = externalImageName(prefix, debian, source);
    return {
      resource: `external-${name.slice(name.lastIndexOf(":") + 1)}`,
      name: pulumi.output(name),
      context: pulumi.output(otherContext),
      source,
    };
  }
  if (version === undefined) return undefined;
  const resource = `core-${version}`;
  const key = `nodes[${nodes.findIndex((node) => node.image === image)}].image.core`;
  const release = new CoreRelease(resource, { version, key, downloadBase });
  const hash = contextHash(otherContext, debian);
  return {
    resource,
    name: pulumi.interpolate`${builtImageName(prefix)}-core:${version}-${release.digest}-${hash}`,
    context: release.folder,
    source: base,
  };
}
