import { describe, expect, it } from "vitest";

import { displayed, doubleSha256, undisplayed } from "../../../../explorer/index/hashes.ts";
import { merkleBlock, merkleBranch } from "../../../../explorer/index/merkle.ts";

const txids = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => displayed(doubleSha256(Buffer.of(at))));

/** The root, by pairing up the rows. */
function rootOf(ids: readonly string[]): string {
  let row = ids.map(undisplayed);
  while (row.length > 1) {
    row = Array.from({ length: Math.ceil(row.length / 2) }, (_, at) => {
      const left = row[at * 2] as Buffer;
      return doubleSha256(Buffer.concat([left, row[at * 2 + 1] ?? left]));
    });
  }
  return displayed(row[0] as Buffer);
}

function climb(txid: string, branch: readonly string[], position: number): string {
  let hash = undisplayed(txid);
  for (const [height, beside] of branch.entries()) {
    const other = undisplayed(beside);
    const onTheRight = ((position >> height) & 1) === 1;
    hash = doubleSha256(Buffer.concat(onTheRight ? [other, hash] : [hash, other]));
  }
  return displayed(hash);
}

describe.each([1, 2, 3, 5, 8, 25])("in a block of %i transactions", (count) => {
  const ids = txids(count);

  it("the branch of each leads to the root", () => {
    for (const [position, txid] of ids.entries()) {
      expect(climb(txid, merkleBranch(ids, position), position)).toBe(rootOf(ids));
    }
  });

  it("the proof of each has its id and all that is needed for the root", () => {
    for (const [position, txid] of ids.entries()) {
      const proof = merkleBlock(Buffer.alloc(80), ids, position);
      expect(proof.readUInt32LE(80)).toBe(count);
      expect(proof.readUInt8(84)).toBe(
        merkleBranch(ids, position).filter((hash, height) => {
          // What stands for its own double is in no proof.
          return hash !== climb(txid, merkleBranch(ids, position).slice(0, height), position);
        }).length + 1,
      );
      expect(proof.includes(undisplayed(txid))).toBe(true);
    }
  });
});
