/** The plugin `regtest-network`: RegtestNetwork for programs in any language of Pulumi, by its own server for components. */
import * as pulumi from "@pulumi/pulumi";

import { RegtestNetwork } from "../regtest-network.ts";
import { componentSchema, componentType, componentVersion } from "./component-schema.ts";

async function construct(
  name: string,
  type: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  if (type !== componentType)
    throw new Error(`the plugin has no component ${type}; it has ${componentType}`);
  const network = new RegtestNetwork<string>(name, await known(inputs), options);
  const { endpoints, ports, services, rpcUser, rpcPassword, chain, snapshots, containers } =
    network;
  const internalUrls = Object.fromEntries(
    Object.values(network.nodes).map((node) => [node.name, node.internalUrl]),
  );
  return {
    urn: network.urn,
    state: {
      ...{ endpoints, internalUrls, ports, services, rpcUser, rpcPassword },
      ...{ chain, snapshots, containers },
      networkName: network.network.name,
    },
  };
}

/** What is declared must be known when the program runs, but for what may be a secret. */
async function known({
  rpcPassword,
  walletSeed,
  ...declared
}: pulumi.Inputs): Promise<pulumi.Inputs> {
  // The SDK has both, and leaves them out of its types.
  const output = pulumi.output(declared) as unknown as {
    readonly isKnown: Promise<boolean>;
    promise(): Promise<pulumi.Inputs>;
  };
  if (!(await output.isKnown))
    throw new Error(
      `${Object.keys(declared).join(", ")}: they decide which resources there are, and must be known ` +
        "before an update: give values instead of outputs of resources",
    );
  return {
    ...(await output.promise()),
    ...(rpcPassword !== undefined && { rpcPassword: rpcPassword as unknown }),
    ...(walletSeed !== undefined && { walletSeed: walletSeed as unknown }),
  };
}

await pulumi.provider.main(
  { version: componentVersion, schema: JSON.stringify(componentSchema()), construct },
  process.argv.slice(2),
);
