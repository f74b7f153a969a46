/** The package's entry `regtest-network/pulumi`: the network as a component of any Pulumi program. */
export { RegtestNetwork } from "./regtest-network.ts";
export type { RegtestNetworkArgs } from "./network-settings.ts";
export type { BitcoinNode } from "./bitcoin-node.ts";
export type { ChainOutput } from "./chain-output.ts";
