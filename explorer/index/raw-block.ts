import { ByteReader } from "./byte-reader.ts";
import { displayed, doubleSha256 } from "./hashes.ts";
import { type RawTransaction, readTransaction } from "./raw-transaction.ts";

/** What the 80 bytes at the beginning of a block say. */
export interface RawHeader {
  /** As an unsigned number. */
  readonly version: number;
  readonly previous: string;
  readonly merkleRoot: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly bits: number;
  readonly nonce: number;
}

export const headerSize = 80;

export function decodeHeader(block: Buffer): RawHeader {
  const reader = new ByteReader(block);
  return {
    version: reader.uint32(),
    previous: displayed(reader.take(32)),
    merkleRoot: displayed(reader.take(32)),
    time: reader.uint32(),
    bits: reader.uint32(),
    nonce: reader.uint32(),
  };
}

export function blockHash(block: Buffer): string {
  return displayed(doubleSha256(block.subarray(0, headerSize)));
}

/** A transaction, and where it begins in its block. */
export interface PlacedTransaction {
  readonly raw: RawTransaction;
  readonly start: number;
}

/** Its transactions, in order. */
export function decodeTransactions(block: Buffer): PlacedTransaction[] {
  const reader = new ByteReader(block, headerSize);
  const transactions: PlacedTransaction[] = [];
  for (let left = reader.count(); left > 0; left--) {
    const start = reader.at;
    transactions.push({ raw: readTransaction(reader), start });
  }
  return transactions;
}
