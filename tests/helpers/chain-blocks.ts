/** Blocks that no node made, for an index that checks no proof of work. */
import { blockHash } from "../../explorer/index/raw-block.ts";
import { decodeTransaction } from "../../explorer/index/raw-transaction.ts";
import { undisplayed } from "../../explorer/index/hashes.ts";

export interface Spent {
  readonly txid: string;
  readonly vout: number;
}

export interface Paid {
  readonly value: number;
  /** One byte is enough to tell scripts apart. */
  readonly script: Buffer;
}

const noHash = "0".repeat(64);

/** Without witnesses. */
export function transactionBytes(inputs: readonly Spent[], outputs: readonly Paid[]): Buffer {
  return Buffer.concat([
    uint32(2),
    Buffer.of(inputs.length),
    ...inputs.flatMap(({ txid, vout }) => [
      undisplayed(txid),
      uint32(vout),
      Buffer.of(0),
      uint32(0xffffffff),
    ]),
    Buffer.of(outputs.length),
    ...outputs.flatMap(({ value, script }) => [
      uint32(value % 2 ** 32),
      uint32(Math.floor(value / 2 ** 32)),
      Buffer.of(script.length),
      script,
    ]),
    uint32(0),
  ]);
}

/** @param height makes each one different */
export function coinbaseBytes(height: number, script: Buffer): Buffer {
  const bytes = transactionBytes([{ txid: noHash, vout: height }], [{ value: 50e8, script }]);
  return bytes;
}

/** @param time in seconds since 1970 */
export function blockBytes(
  previous: string,
  time: number,
  transactions: readonly Buffer[],
): Buffer {
  const header = Buffer.concat([
    uint32(4),
    undisplayed(previous),
    Buffer.alloc(32),
    uint32(time),
    uint32(0x207fffff),
    uint32(0),
  ]);
  return Buffer.concat([header, Buffer.of(transactions.length), ...transactions]);
}

export const genesis = blockBytes(noHash, 1, [coinbaseBytes(0, Buffer.of(0x51))]);

export function hashOf(block: Buffer): string {
  return blockHash(block);
}

export function txidOf(transaction: Buffer): string {
  return decodeTransaction(transaction).txid;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
