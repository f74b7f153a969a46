/** The package's entry: everything that a program needs to talk to a node of the network. */
import "../base/require-node.ts";

export { WaitTimeoutError } from "../base/wait.ts";
export { ContainerExitedError } from "./containers/container-exited-error.ts";
export type { Role } from "./nodes/node.ts";
export type { PortName } from "./nodes/node-ports.ts";
export { StepError } from "./nodes/step-error.ts";
export { btcToSat, COIN, formatBtc, parseBtc, type Sat, satToJsonBtc } from "./payments/amount.ts";
export { labelBalances } from "./payments/label-balances.ts";
export type { FundOptions } from "./verbs/fund.ts";
export type { AddressOptions } from "./verbs/new-address.ts";
export type { WaitOptions } from "./verbs/wait-for-transaction.ts";
export type { MineOptions } from "./verbs/mine.ts";
export type { Network } from "./verbs/network.ts";
export type { NetworkNode } from "./verbs/network-node.ts";
export type { Reorg, ReorgOptions, ReplacedTransactions } from "./verbs/reorg.ts";
export type { Moment, NetworkTime, Span } from "./verbs/time.ts";
export type { Traffic, TrafficOptions } from "./verbs/traffic.ts";
export { privateKeyOf } from "./keys/private-key.ts";
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
} from "./rpc/rpc-errors.ts";
export type { AddressType, RpcMethods, RpcParams } from "./rpc/methods.ts";
export type { Scenario, ScenarioNetwork } from "./scenario/scenario.ts";
