import { type Sat, btcToSat, satToJsonBtc } from "./amount.ts";
import { type RpcCallOptions, withClient } from "../rpc/call.ts";
import type { RpcClient } from "../rpc/client.ts";

/**
 * Label → what can be spent from its addresses, in BTC: what `listaccounts` gave for accounts.
 * Counts coins with at least one confirmation, coinbases once they are mature, and no locked coins.
 * The label "" is always there: it has what came to addresses without a label, such as change.
 *
 * @param node As for `rpcCall`, `wallet` included when the node has several; or a client.
 */
export async function labelBalances(
  node: RpcClient | RpcCallOptions,
): Promise<Record<string, number>> {
  return await withClient(node, async (client) => {
    const [labels, coins] = await Promise.all([
      client.call("listlabels"),
      client.call("listunspent"),
    ]);
    const sums = new Map<string, Sat>(["", ...labels].map((label) => [label, 0n]));
    for (const { label = "", amount } of coins) {
      sums.set(label, (sums.get(label) ?? 0n) + btcToSat(amount));
    }
    return Object.fromEntries([...sums].map(([label, sum]) => [label, satToJsonBtc(sum)]));
  });
}
