/** The test kit: a fresh, funded network for each test. Needs a Docker engine, and nothing of Pulumi. */
export { type CloneOptions, cloneNetwork, prepareSnapshot } from "./clone.ts";
export type { FundOptions, MineOptions, ReorgOptions, TestNetwork } from "./network.ts";
export type { TestNode } from "./node.ts";
export { type NetworkPool, type PoolOptions, createPool } from "./pool.ts";
export type { Reorg, ReplacedTransactions } from "./reorg.ts";
export { labelBalances } from "../bootstrap/label-balances.ts";
export { privateKeyOf } from "../bootstrap/private-key.ts";
export type { RpcClient } from "../bootstrap/rpc/client.ts";
export {
  RpcAuthError,
  RpcCode,
  RpcConnectionError,
  RpcError,
  RpcProtocolError,
  RpcResponseError,
  RpcTimeoutError,
} from "../bootstrap/rpc/errors.ts";
