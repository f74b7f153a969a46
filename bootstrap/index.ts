/** What a program needs to talk to a node of the network. */
import "../base/require-node.ts";

export { labelBalances } from "./label-balances.ts";
export type { FundOptions, MineOptions, Network, ReorgOptions } from "./network/network.ts";
export type { NetworkNode } from "./network/node.ts";
export type { Reorg, ReplacedTransactions } from "./network/reorg.ts";
export type { Moment, NetworkTime, Span } from "./network/time.ts";
export { privateKeyOf } from "./private-key.ts";
export { type RpcCallOptions, rpcCall } from "./rpc/call.ts";
export { type CallOptions, RpcClient, type RpcClientOptions } from "./rpc/client.ts";
export {
  RpcAuthError,
  RpcCode,
  RpcConnectionError,
  RpcError,
  RpcProtocolError,
  RpcResponseError,
  RpcTimeoutError,
} from "./rpc/errors.ts";
export type { RpcMethods, RpcParams } from "./rpc/methods.ts";
export type { Scenario, ScenarioNetwork } from "./scenario/network.ts";
