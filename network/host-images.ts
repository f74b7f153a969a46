/** The images of the nodes on their hosts: they are made on the first, and brought to the others from there. */
import type * as pulumi from "@pulumi/pulumi";

import { builtImageName } from "../bootstrap/plan/given-names.ts";
import type { NetworkPlan, NodePlan } from "../bootstrap/plan/settings/network-plan.ts";
import type { DeclaredImages, ImageOptions } from "./images.ts";
import { HostImage } from "./resources.ts";

interface OnHosts
  extends Pick<ImageOptions, "parent" | "engine">, Pick<NetworkPlan, "hosts" | "prefix"> {}

/** The same images, each also on the hosts of the nodes, or of others, that it is for. */
export function onHosts(
  images: DeclaredImages,
  nodes: readonly Pick<NodePlan, "name" | "host">[],
  { parent, engine, hosts, prefix }: OnHosts,
): DeclaredImages {
  const [first] = hosts;
  const copies = new Map<string, HostImage>();
  const ofNodes = new Map<string, pulumi.Output<string>>();
  for (const { name: node, host } of nodes) {
    const image = images.idOf(node);
    if (host === undefined || host === first?.name || engine === undefined) {
      ofNodes.set(node, image);
      continue;
    }
    // Nodes with the same bitcoind have the same image.
    const key = `${images.resourceOf(node)}-on-${host}`;
    const copy =
      copies.get(key) ??
      new HostImage(
        key,
        { image, host, engine, name: `${builtImageName(prefix)}-copy` },
        { parent, dependsOn: [...images.all] },
      );
    copies.set(key, copy);
    ofNodes.set(node, copy.imageId);
  }
  return {
    ...images,
    idOf: (node) => ofNodes.get(node) ?? images.idOf(node),
    all: [...images.all, ...copies.values()],
  };
}
