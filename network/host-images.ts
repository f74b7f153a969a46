/** The images of nodes and services on their hosts: they are made on the first, and brought to the others from there. */
import type * as pulumi from "@pulumi/pulumi";

import { builtImageName } from "../bootstrap/plan/given-names.ts";
import type { NetworkPlan } from "../bootstrap/plan/settings/network-plan.ts";
import type { DeclaredImages, ImageOptions } from "./images.ts";
import { HostImage } from "./resources.ts";

interface OnHosts
  extends
    Pick<ImageOptions, "parent" | "engine">,
    Pick<NetworkPlan, "hosts" | "prefix" | "registry"> {}

/** The same images, each also on the hosts of those that it is for. */
export function onHosts(
  images: DeclaredImages,
  members: readonly { readonly name: string; readonly host?: string | undefined }[],
  { parent, engine, hosts, prefix, registry }: OnHosts,
): DeclaredImages {
  const [first] = hosts;
  const copies = new Map<string, HostImage>();
  const ids = new Map<string, pulumi.Output<string>>();
  for (const { name, host } of members) {
    const image = images.idOf(name);
    if (host === undefined || host === first?.name || engine === undefined) {
      ids.set(name, image);
      continue;
    }
    // Nodes with the same bitcoind have the same image.
    const key = `${images.resourceOf(name)}-on-${host}`;
    const copy =
      copies.get(key) ??
      new HostImage(
        key,
        {
          ...{ image, host, engine, name: `${builtImageName(prefix)}-copy` },
          ...(registry !== "" && { registry }),
        },
        { parent, dependsOn: [...images.all] },
      );
    copies.set(key, copy);
    ids.set(name, copy.imageId);
  }
  return {
    ...images,
    idOf: (member) => ids.get(member) ?? images.idOf(member),
    all: [...images.all, ...copies.values()],
  };
}
