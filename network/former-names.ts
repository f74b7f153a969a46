/** A stack of version 0.1 had the resources of its network at its top, without the network's name before theirs. */
import * as pulumi from "@pulumi/pulumi";

import { RegtestNetwork } from "./regtest-network.ts";

/** Types that had other names. */
const formerTypes: Readonly<Record<string, string>> = {
  "regtest:index:BitcoinNode": "regtest:stack:BitcoinNode",
  "regtest:index:Service": "regtest:stack:AutoMiner",
};

/** A transformation that lets such a stack keep what it has. @param network name of the component */
export function formerNames(network: string): pulumi.ResourceTransformation {
  return ({ name, type, props, opts }) => {
    // Those below a node get theirs from it.
    const isTop = opts.parent instanceof RegtestNetwork;
    if (!isTop || !name.startsWith(`${network}-`)) return undefined;
    const alias: pulumi.Alias = {
      name: name.slice(network.length + 1),
      type: formerTypes[type] ?? type,
      parent: pulumi.rootStackResource,
    };
    return { props, opts: { ...opts, aliases: [alias] } };
  };
}
