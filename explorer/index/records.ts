/** What the index holds. All of it is read-only for those who ask. */
import { blockHash, decodeHeader, headerSize, type RawHeader } from "./raw-block.ts";
import { decodeTransaction, type RawTransaction } from "./raw-transaction.ts";

export class IndexedBlock {
  readonly hash: string;
  readonly height: number;
  /** All of it, as the node has it. */
  readonly bytes: Buffer;
  /** Of the block, like its size: BIP 141. */
  readonly weight: number;
  /** The median of its time and the ten before, in seconds since 1970. */
  readonly medianTime: number;
  /** Written by the chain state. */
  transactions: readonly IndexedTransaction[] = [];
  /** False once another block took its place. */
  inBestChain = true;

  /** @param before the chain that it is put on */
  constructor(bytes: Buffer, weight: number, before: readonly IndexedBlock[]) {
    this.hash = blockHash(bytes);
    this.height = before.length;
    this.bytes = bytes;
    this.weight = weight;
    const times = [...before.slice(-10), this].map(({ time }) => time).toSorted((a, b) => a - b);
    this.medianTime = times[times.length >> 1] ?? this.time;
  }

  /** The 80 bytes. */
  get headerBytes(): Buffer {
    return this.bytes.subarray(0, headerSize);
  }

  get header(): RawHeader {
    return decodeHeader(this.bytes);
  }

  /** Seconds since 1970, as its miner wrote it. */
  get time(): number {
    return this.bytes.readUInt32LE(68);
  }

  get txids(): string[] {
    return this.transactions.map(({ txid }) => txid);
  }
}

export class IndexedTransaction {
  readonly txid: string;
  readonly size: number;
  readonly weight: number;
  // These lists are put here as a whole: one that grows by push has room for 17 from its first entry on.
  /** Written by the chain state. */
  outputs: readonly IndexedOutput[] = [];
  /** The outputs that its inputs spend, in their order; empty for a coinbase. Written by the chain state. */
  spends: readonly IndexedOutput[] = [];
  /** Undefined while it is in the mempool. */
  block: IndexedBlock | undefined;
  /** Index in its block. */
  position = 0;
  /** Of the mempool; that of its block lies in the block. */
  #bytes: Buffer;
  #start: number;

  constructor({ txid, size, weight }: RawTransaction, bytes: Buffer, start = 0) {
    this.txid = txid;
    this.size = size;
    this.weight = weight;
    this.#bytes = bytes;
    this.#start = start;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(this.#start, this.#start + this.size);
  }

  /** Decoded at each call: what is decoded takes many times the memory. */
  get raw(): RawTransaction {
    return decodeTransaction(this.bytes);
  }

  get vsize(): number {
    return Math.ceil(this.weight / 4);
  }

  /** In satoshi; 0 for a coinbase. */
  get fee(): number {
    if (this.spends.length === 0) return 0;
    return sumOf(this.spends) - sumOf(this.outputs);
  }

  /** Whether one of its inputs spends what is not in a block either. */
  get hasUnconfirmedParents(): boolean {
    return this.spends.some(({ transaction }) => transaction.block === undefined);
  }

  /** @internal */
  placeIn(block: IndexedBlock, position: number, start: number): void {
    this.block = block;
    this.position = position;
    this.#bytes = block.bytes;
    this.#start = start;
  }
}

export class IndexedOutput {
  readonly transaction: IndexedTransaction;
  readonly vout: number;
  /** In satoshi. */
  readonly value: number;
  readonly script: ScriptHistory;
  /** The transaction that spends it, in a block or in the mempool. */
  spender: IndexedTransaction | undefined = undefined;
  /** Which of the spender's inputs does. */
  spenderInput = 0;

  constructor(transaction: IndexedTransaction, vout: number, value: number, script: ScriptHistory) {
    this.transaction = transaction;
    this.vout = vout;
    this.value = value;
    this.script = script;
  }
}

const opReturn = 0x6a;
/** Scripts that are longer cannot be run (Bitcoin Core, script.h). */
const longestScript = 10_000;

/** All transactions that pay to a script, or spend what was paid to it. */
export class ScriptHistory {
  /** SHA-256 of the script, as hex. */
  readonly hash: string;
  #confirmed: IndexedTransaction[] = [];
  /** In the order in which they were seen. */
  unconfirmed: Set<IndexedTransaction> | undefined = undefined;
  /** A character for each byte: a third of the memory of a buffer. */
  readonly #script: string;

  constructor(hash: string, script: Buffer) {
    this.hash = hash;
    this.#script = script.toString("latin1");
  }

  /** In the order of the chain, each once. */
  get confirmed(): readonly IndexedTransaction[] {
    return this.#confirmed;
  }

  /** @internal */
  confirm(transaction: IndexedTransaction): void {
    // Most have one or two: those get no room for more.
    if (this.#confirmed.length < 2) this.#confirmed = this.#confirmed.concat(transaction);
    else this.#confirmed.push(transaction);
  }

  /** @internal */
  forgetLast(): void {
    this.#confirmed.pop();
  }

  get script(): Buffer {
    return Buffer.from(this.#script, "latin1");
  }

  /** Whether nobody can ever spend what is paid to it. */
  get isUnspendable(): boolean {
    return this.#script.charCodeAt(0) === opReturn || this.#script.length > longestScript;
  }

  /** The confirmed ones in the order of the chain, then those in the mempool. */
  get transactions(): IndexedTransaction[] {
    return [...this.confirmed, ...(this.unconfirmed ?? [])];
  }

  /** What can be spent: in the order of the chain, then what is in the mempool. */
  get unspent(): IndexedOutput[] {
    if (this.isUnspendable) return [];
    return this.transactions.flatMap(({ outputs }) =>
      outputs.filter((output) => output.script === this && output.spender === undefined),
    );
  }
}

function sumOf(outputs: readonly IndexedOutput[]): number {
  let sum = 0;
  for (const { value } of outputs) sum += value;
  return sum;
}
