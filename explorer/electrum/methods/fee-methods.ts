import type { RpcClient } from "../../../bootstrap/rpc/client.ts";
import type { ChainIndex } from "../../index/chain-index.ts";
import { feeHistogram } from "../../index/fee-histogram.ts";
import { askingNode } from "./asking-node.ts";
import { method, type Method, parameter } from "./method.ts";

/** What is known of fees, in BTC per 1,000 virtual bytes but for the histogram. */
export function feeMethods(index: ChainIndex, rpc: RpcClient): Record<string, Method> {
  return {
    "blockchain.estimatefee": method({ number: parameter.natural }, async ({ number }) => {
      const { feerate } = await askingNode(
        rpc.call<{ feerate?: number }>("estimatesmartfee", [number]),
      );
      return feerate ?? -1;
    }),
    "blockchain.relayfee": method({}, async () => {
      const { relayfee } = await askingNode(rpc.call<{ relayfee: number }>("getnetworkinfo"));
      return relayfee;
    }),
    "mempool.get_fee_histogram": method({}, () => feeHistogram(index.mempool.values())),
  };
}
