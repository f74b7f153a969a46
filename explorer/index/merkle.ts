/** Proofs that a transaction is in a block, from the ids of all its transactions. */
import { displayed, doubleSha256, undisplayed } from "./hashes.ts";

/** The hashes of the tree that lie beside the way from a transaction up to the root, lowest first, as hex. */
export function merkleBranch(txids: readonly string[], position: number): string[] {
  const branch: string[] = [];
  let at = position;
  for (const row of merkleRows(txids).slice(0, -1)) {
    branch.push(displayed(row[at ^ 1] ?? row[at] ?? Buffer.alloc(0)));
    at >>= 1;
  }
  return branch;
}

/**
 * A proof in the format of Bitcoin's message `merkleblock` (BIP 37), as `gettxoutproof` writes it.
 * @param header The 80 bytes.
 */
export function merkleBlock(header: Buffer, txids: readonly string[], position: number): Buffer {
  const rows = merkleRows(txids);
  const hashes: Buffer[] = [];
  const bits: boolean[] = [];
  const visit = (height: number, at: number): void => {
    const hash = rows[height]?.[at];
    if (hash === undefined) return;
    const onTheWay = position >> height === at;
    bits.push(onTheWay);
    if (!onTheWay || height === 0) {
      hashes.push(hash);
      return;
    }
    visit(height - 1, at * 2);
    visit(height - 1, at * 2 + 1);
  };
  visit(rows.length - 1, 0);

  const flags = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) {
    if (bit) flags.writeUInt8(flags.readUInt8(index >> 3) | (1 << (index & 7)), index >> 3);
  }
  const count = Buffer.alloc(4);
  count.writeUInt32LE(txids.length);
  // Neither list is ever longer than what one byte counts: a block has fewer than 2^20 transactions.
  const parts = [
    header,
    count,
    Buffer.of(hashes.length),
    ...hashes,
    Buffer.of(flags.length),
    flags,
  ];
  return Buffer.concat(parts);
}

/** The rows of the tree, from the transactions to the root. */
function merkleRows(txids: readonly string[]): Buffer[][] {
  let row = txids.map(undisplayed);
  const rows = [row];
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let at = 0; at < row.length; at += 2) {
      const left = row[at] ?? Buffer.alloc(0);
      above.push(doubleSha256(Buffer.concat([left, row[at + 1] ?? left])));
    }
    row = above;
    rows.push(row);
  }
  return rows;
}
