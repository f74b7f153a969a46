import { type ChainState, MisfitError } from "./chain-state.ts";
import type { MempoolEntry } from "./node-reader.ts";
import { decodeTransaction } from "./raw-transaction.ts";

/**
 * Makes the mempool of the state consist of these, whatever their order.
 * @param refuseMore called before each that is added, when those that are gone have been removed
 * @returns whether all of them are in it; one is not that came too late to be read with its parents
 */
export function addEntries(
  state: ChainState,
  entries: readonly MempoolEntry[],
  refuseMore: () => void,
): boolean {
  const waiting = new Map(entries.map(({ txid, bytes }) => [txid, bytes]));
  for (const transaction of state.mempool.values()) {
    if (!waiting.has(transaction.txid)) state.removeFromMempool(transaction);
  }
  let whole = true;
  const add = (txid: string): void => {
    const bytes = waiting.get(txid);
    waiting.delete(txid);
    if (bytes === undefined || state.transaction(txid) !== undefined) return;
    // What it spends comes first.
    for (const input of decodeTransaction(bytes).inputs) add(input.txid);
    refuseMore();
    try {
      state.addToMempool(bytes);
    } catch (error) {
      if (!(error instanceof MisfitError)) throw error;
      whole = false;
    }
  };
  for (const { txid } of entries) add(txid);
  return whole;
}
