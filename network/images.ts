/** The images of the nodes: one of Debian's bitcoind, and one on top of it for every other bitcoind. */
import path from "node:path";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { builtImageName, serviceImageName } from "../bootstrap/plan/given-names.ts";
import type { ServicePlan } from "../bootstrap/plan/settings/service-plan.ts";
import { CoreRelease } from "./resources.ts";
import type { EngineInput } from "../engine/engine-input.ts";
import { pulumiFile } from "../provider/regtest/pulumi-file.ts";
import type { NetworkSettings } from "./network-settings.ts";
import { contextHash } from "../base/files/context-hash.ts";
import type { NodePlan } from "../bootstrap/plan/settings/network-plan.ts";
import {
  debianContext,
  debianImageName,
  externalImageName,
  otherContext,
} from "../bootstrap/plan/image-names.ts";
import { serviceBuild } from "../bootstrap/plan/service-build.ts";

export interface ImageOptions {
  /** Of the network: the resources' names begin with it. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly provider: pulumi.ProviderResource;
  readonly engine: pulumi.Output<EngineInput> | undefined;
  readonly labels: pulumi.Input<Record<string, string>>;
}

export interface DeclaredImages {
  /** Id of the image that the container of a node, or of a service that is declared, is made from. */
  idOf(member: string): pulumi.Output<string>;
  /** Name of that image's resource, for those that are made of it: the same for nodes that share it. */
  resourceOf(member: string): string;
  /** What must be there before the first container is made. */
  readonly all: readonly pulumi.Resource[];
}

/** In the place of a node's name: the peers of the crowd. No node is called so. */
export const crowded = "a crowd";

/** What the image of another bitcoind is built from. */
interface Other {
  /** Name of the resource. */
  readonly resource: string;
  readonly name: pulumi.Output<string>;
  readonly context: pulumi.Output<string>;
  /** The image that bitcoind is taken from, or that its release runs on. */
  readonly source: string;
}

/** Declares the images; their names change with what goes into them. */
export function nodeImages(settings: NetworkSettings, options: ImageOptions): DeclaredImages {
  const { prefix, base, nodes, crowd } = settings;
  const debian = debianImageName(prefix, base);

  const members = [...nodes, ...(crowd === undefined ? [] : [{ ...crowd, name: crowded }])];
  // Nodes with the same bitcoind have the same image.
  const others = new Map<string, Other | undefined>();
  const otherOf = (node: string): Other | undefined => {
    const image = members.find(({ name }) => name === node)?.image ?? "debian";
    const key = JSON.stringify(image);
    if (!others.has(key)) others.set(key, otherImage(image, settings, options, debian));
    return others.get(key);
  };

  const { name: network, labels, parent, provider } = options;
  const common = {
    labels,
    // Serves every engine from 20.10 on, without buildx.
    useLegacyBuilder: true,
    // Also when the build fails or is interrupted: no container of it stays behind.
    forceRemove: true,
  };
  const first = new docker.RemoteImage(
    `${network}-bitcoind`,
    {
      name: debian,
      build: { context: contextOf(debianContext), buildArgs: { BASE: base }, ...common },
    },
    { parent, provider },
  );
  const built = new Map<Other | undefined, docker.RemoteImage>([[undefined, first]]);
  for (const { name: node } of members) {
    const other = otherOf(node);
    if (other === undefined || built.has(other)) continue;
    const { resource, name, context, source } = other;
    const buildArgs = { NODE_IMAGE: debian, SOURCE: source };
    const args = { name, build: { context, buildArgs, ...common } };
    const image = new docker.RemoteImage(resource, args, { parent, provider, dependsOn: first });
    built.set(other, image);
  }
  const ofServices = new Map(
    settings.services.map((service) => [
      service.name,
      serviceImage(service, settings, common, options),
    ]),
  );
  return {
    idOf: (name) => (ofServices.get(name) ?? built.get(otherOf(name)) ?? first).imageId,
    resourceOf: (name) =>
      ofServices.has(name)
        ? serviceResource(network, name)
        : (otherOf(name)?.resource ?? `${network}-bitcoind`),
    all: [...built.values(), ...ofServices.values()],
  };
}

function serviceResource(network: string, service: string): string {
  return `${network}-service-${service}`;
}

/** Under a name of the network's own, also where it is somebody else's image: it goes with the network, and that stays. */
function serviceImage(
  { name: service, image }: ServicePlan,
  { prefix, base }: NetworkSettings,
  common: Partial<docker.types.input.RemoteImageBuild>,
  { name: network, parent, provider }: ImageOptions,
): docker.RemoteImage {
  const { folder, buildArgs } = serviceBuild(image, base);
  const hash = contextHash(folder, JSON.stringify(buildArgs));
  return new docker.RemoteImage(
    serviceResource(network, service),
    {
      name: `${serviceImageName(prefix, service)}:${hash}`,
      build: { context: contextOf(folder), buildArgs, ...common },
    },
    { parent, provider },
  );
}

/**
 * As the Docker plugin takes it, which runs where the program does. A path of the machine would change when the
 * project moves, and replace the image; only a program that is a function of another one has none but that.
 */
function contextOf(folder: string): string {
  return pulumiFile(pulumi.getProject()) === undefined ? path.resolve(folder) : folder;
}

/** Declares what the image is made of beside the node's own image. */
function otherImage(
  image: NodePlan["image"],
  { prefix, base, coreDownloadBase: downloadBase, nodes }: NetworkSettings,
  { name: network, parent, engine }: ImageOptions,
  debian: string,
): Other | undefined {
  if (image === "debian") return undefined;
  const { core: version, external: source } = image;
  if (source !== undefined) {
    const name = externalImageName(prefix, debian, source);
    return {
      resource: `${network}-external-${name.slice(name.lastIndexOf(":") + 1)}`,
      name: pulumi.output(name),
      context: pulumi.output(contextOf(otherContext)),
      source,
    };
  }
  if (version === undefined) return undefined;
  const resource = `${network}-core-${version}`;
  const key = `nodes[${nodes.findIndex((node) => node.image === image)}].image.core`;
  const args = { version, key, downloadBase, engine };
  const release = new CoreRelease(resource, args, { parent });
  const hash = contextHash(otherContext, debian);
  return {
    resource,
    name: pulumi.interpolate`${builtImageName(prefix)}-core:${version}-${release.digest}-${hash}`,
    context: release.folder,
    source: base,
  };
}
