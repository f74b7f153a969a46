/** All methods of the Electrum protocol 1.4.2. */
import type { RpcClient } from "../../../bootstrap/rpc/client.ts";
import type { ChainIndex } from "../../index/chain-index.ts";
import { blockMethods } from "./block-methods.ts";
import { feeMethods } from "./fee-methods.ts";
import type { Method } from "./method.ts";
import { scriptMethods } from "./script-methods.ts";
import { type ServerFacts, serverMethods } from "./server-methods.ts";
import { transactionMethods } from "./transaction-methods.ts";

export interface MethodsOptions {
  readonly index: ChainIndex;
  /** The node of the index. */
  readonly rpc: RpcClient;
  /** After each transaction that was broadcast. */
  readonly mine: (() => Promise<void>) | undefined;
}

export function electrumMethods(
  { index, rpc, mine }: MethodsOptions,
  facts: ServerFacts,
): ReadonlyMap<string, Method> {
  return new Map(
    Object.entries({
      ...serverMethods(facts),
      ...blockMethods(index),
      ...scriptMethods(index),
      ...transactionMethods(index, rpc, mine),
      ...feeMethods(index, rpc),
    }),
  );
}
