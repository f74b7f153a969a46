import type { ChainIndex } from "../index/chain-index.ts";
import type { IndexedBlock, IndexedTransaction } from "../index/records.ts";
import type { BlockLine, ChainView, TransactionLine } from "./protocol.ts";

/** Blocks that a view has. */
const mostBlocks = 20;

/** The chain as the page shows it, as the index has it at this moment. */
export function chainView(index: ChainIndex): ChainView {
  const { tip, mempool, recent } = index;
  let vsize = 0;
  for (const transaction of mempool.values()) vsize += transaction.vsize;
  return {
    height: tip.height,
    tip: tip.hash,
    blocks: newestBlocks(index, tip).map(blockLine),
    mempool: { count: mempool.size, vsize },
    recent: recent.filter(({ block }) => block === undefined).map(transactionLine),
  };
}

function newestBlocks(index: ChainIndex, tip: IndexedBlock): IndexedBlock[] {
  const heights = Array.from({ length: mostBlocks }, (_, depth) => tip.height - depth);
  return heights.flatMap((height) => index.blockAt(height) ?? []);
}

function blockLine({ hash, height, time, transactions, bytes }: IndexedBlock): BlockLine {
  return { hash, height, time, transactions: transactions.length, size: bytes.length };
}

function transactionLine({ txid, vsize, fee, outputs }: IndexedTransaction): TransactionLine {
  return { txid, vsize, fee, value: outputs.reduce((sum, { value }) => sum + value, 0) };
}
