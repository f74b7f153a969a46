import type { IndexedTransaction } from "./records.ts";

/** Virtual bytes after which a bin is closed. */
const binSize = 50_000;

/**
 * How much of the mempool pays how much, as Electrum and Esplora tell it: pairs of a fee rate in sat/vB and the
 * virtual bytes of the transactions that pay at least that much, and less than the pair before.
 */
export function feeHistogram(
  transactions: Iterable<Pick<IndexedTransaction, "fee" | "vsize">>,
): [number, number][] {
  const rated = [...transactions]
    .map(({ fee, vsize }) => ({ rate: fee / vsize, vsize }))
    .toSorted((a, b) => b.rate - a.rate);
  const bins: [number, number][] = [];
  let rate = 0;
  let filled = 0;
  for (const transaction of rated) {
    if (filled > binSize && transaction.rate !== rate) {
      bins.push([rate, filled]);
      filled = 0;
    }
    ({ rate } = transaction);
    filled += transaction.vsize;
  }
  if (filled > 0) bins.push([rate, filled]);
  return bins;
}
