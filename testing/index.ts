/** The test kit: a fresh, funded network for each test. Needs a Docker engine, and nothing of Pulumi. */
import "../base/require-node.ts";

export { type CloneOptions, cloneNetwork, prepareSnapshot } from "./clone.ts";
export {
  type CloneNodeArgs,
  type CloneServiceArgs,
  type DeclaredNetwork,
  InvalidNetworkError,
} from "./declared-network.ts";
export type { FreshBlock } from "../bootstrap/verbs/fresh-block.ts";
export type { NetworkExplorerOptions, TestNetwork } from "./network.ts";
export type { Explorer, ExplorerPorts } from "../explorer/explorer.ts";
export { type NetworkPool, type PoolCounts, type PoolOptions, createPool } from "./pool.ts";
export {
  BrokenSnapshotError,
  SnapshotMissingError,
} from "../bootstrap/snapshots/snapshot-errors.ts";
export type { Manifest, NodeManifest } from "../bootstrap/snapshots/manifest-schema.ts";
/** The same client and errors that the package itself exports. */
export * from "../bootstrap/index.ts";
