import { ByteReader } from "./byte-reader.ts";
import { displayed, doubleSha256 } from "./hashes.ts";

/** Decoded in this project: of what libraries decode, an index needs a small part, and that many times faster. */
export interface RawTransaction {
  /** As an unsigned number. */
  readonly version: number;
  readonly inputs: readonly RawInput[];
  readonly outputs: readonly RawOutput[];
  readonly locktime: number;
  readonly txid: string;
  /** In bytes, with its witnesses. */
  readonly size: number;
  /** Four times the bytes without witnesses, once those of the witnesses (BIP 141). */
  readonly weight: number;
}

export interface RawInput {
  readonly txid: string;
  readonly vout: number;
  readonly scriptSig: Buffer;
  readonly sequence: number;
  readonly witness: readonly Buffer[];
}

export interface RawOutput {
  /** In satoshi. */
  readonly value: number;
  readonly script: Buffer;
}

const noHash = "0".repeat(64);

export function isCoinbase({ inputs }: RawTransaction): boolean {
  return inputs.length === 1 && inputs[0]?.txid === noHash;
}

/** @throws RangeError for what is cut */
export function decodeTransaction(bytes: Buffer): RawTransaction {
  return readTransaction(new ByteReader(bytes));
}

/** Reads the transaction that begins there, and goes on to its end. */
export function readTransaction(reader: ByteReader): RawTransaction {
  const start = reader.at;
  const version = reader.uint32();
  // A transaction without inputs cannot be: the marker of one with witnesses (BIP 144).
  const hasWitness = reader.bytes[reader.at] === 0;
  if (hasWitness) reader.skip(2);
  const listsStart = reader.at;
  const inputs = readInputs(reader);
  const outputs = readOutputs(reader);
  const listsEnd = reader.at;
  if (hasWitness) for (const input of inputs) input.witness = readWitness(reader);
  const locktime = reader.uint32();

  const { bytes, at: end } = reader;
  const size = end - start;
  const stripped = hasWitness
    ? Buffer.concat([
        bytes.subarray(start, start + 4),
        bytes.subarray(listsStart, listsEnd),
        bytes.subarray(end - 4, end),
      ])
    : bytes.subarray(start, end);
  const txid = displayed(doubleSha256(stripped));
  return { version, inputs, outputs, locktime, txid, size, weight: 3 * stripped.length + size };
}

const noWitness: readonly Buffer[] = [];

function readInputs(reader: ByteReader): (RawInput & { witness: readonly Buffer[] })[] {
  return readList(reader, () => ({
    txid: displayed(reader.take(32)),
    vout: reader.uint32(),
    scriptSig: reader.take(reader.count()),
    sequence: reader.uint32(),
    witness: noWitness,
  }));
}

function readOutputs(reader: ByteReader): RawOutput[] {
  return readList(reader, () => ({ value: reader.uint64(), script: reader.take(reader.count()) }));
}

function readWitness(reader: ByteReader): Buffer[] {
  return readList(reader, () => reader.take(reader.count()));
}

function readList<T>(reader: ByteReader, read: () => T): T[] {
  const items: T[] = [];
  for (let left = reader.count(); left > 0; left--) items.push(read());
  return items;
}
