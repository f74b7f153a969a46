import type { IndexedBlock } from "../index/records.ts";

/** As Esplora shows a block. */
export interface BlockJson {
  readonly id: string;
  readonly height: number;
  readonly version: number;
  readonly timestamp: number;
  readonly tx_count: number;
  readonly size: number;
  readonly weight: number;
  readonly merkle_root: string;
  readonly previousblockhash: string | null;
  readonly mediantime: number;
  readonly nonce: number;
  readonly bits: number;
  readonly difficulty: number;
}

export function blockJson(block: IndexedBlock): BlockJson {
  const { version, previous, merkleRoot, time, bits, nonce } = block.header;
  return {
    id: block.hash,
    height: block.height,
    version,
    timestamp: time,
    tx_count: block.transactions.length,
    size: block.bytes.length,
    weight: block.weight,
    merkle_root: merkleRoot,
    previousblockhash: block.height === 0 ? null : previous,
    mediantime: block.medianTime,
    nonce,
    bits,
    difficulty: difficultyOf(bits),
  };
}

/** How many times harder than the easiest target of the main network. */
function difficultyOf(bits: number): number {
  const exponent = bits >>> 24;
  const mantissa = bits & 0x7fffff;
  return (0xffff / mantissa) * 2 ** (8 * (0x1d - exponent));
}
