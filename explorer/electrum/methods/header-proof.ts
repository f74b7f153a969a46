/** Proofs that a block is in the chain up to a checkpoint. */
import { displayed, doubleSha256, undisplayed } from "../../index/hashes.ts";
import { merkleBranch } from "../../index/merkle.ts";

export interface HeaderProof {
  /** The hash beside each one on the way from the block up to the root, lowest first. */
  readonly branch: readonly string[];
  /** Of the tree of all blocks up to the checkpoint. */
  readonly root: string;
}

/** @param hashes Of all blocks up to the checkpoint. */
export function headerProof(hashes: readonly string[], height: number): HeaderProof {
  const branch = merkleBranch(hashes, height);
  let node = undisplayed(hashes[height] ?? "");
  for (const [level, text] of branch.entries()) {
    const beside = undisplayed(text);
    const pair = (height >> level) % 2 === 0 ? [node, beside] : [beside, node];
    node = doubleSha256(Buffer.concat(pair));
  }
  return { branch, root: displayed(node) };
}
