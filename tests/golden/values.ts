/**
 * Golden values: the chain that the defaults give, for each version of bitcoind that it was made
 * with. Another version may lay out its blocks in another way and so have other hashes: Bitcoin Core
 * did so when coinbases got a lock time.
 */
import { readFile, writeFile } from "node:fs/promises";

import { type ChainFacts, differences } from "../../bootstrap/chain/facts.ts";
import type { Funded } from "../../bootstrap/payments/funding.ts";
import type { Node } from "../../bootstrap/nodes/node.ts";
import { matureAt } from "../../bootstrap/payments/subsidy.ts";
import { readBlocks } from "./blocks.ts";

export interface GoldenValues {
  readonly height: number;
  readonly tip: string;
  readonly muhash: string;
  readonly fundingTxid: string;
  /** Hash of the block with the funding payment. */
  readonly fundingBlock: string;
  readonly aliceAddress: string;
  /** Where the miner mines to. */
  readonly miningAddress: string;
  /** Where the rest of the coin goes that pays Alice. */
  readonly changeAddress: string;
  /** Ids of the coinbases that are mature, those of blocks 1, 2 and so on; the funding payment spends the first. */
  readonly coinbases: readonly string[];
}

/** User agent of bitcoind without its comments, such as `/Satoshi:29.0.0/` → its values. */
export type GoldenTable = Readonly<Record<string, GoldenValues>>;

const file = new URL("values.json", import.meta.url);

export async function readGolden(): Promise<GoldenTable> {
  return JSON.parse(await readFile(file, "utf8")) as GoldenTable;
}

export async function writeGolden(table: GoldenTable): Promise<void> {
  await writeFile(file, `${JSON.stringify(table, undefined, 2)}\n`);
}

/** What tells one version of bitcoind from another: its user agent without comments. */
export async function bitcoindOf({ rpc }: Node): Promise<string> {
  const { subversion } = await rpc.call("getnetworkinfo");
  return subversion.replaceAll(/\([^)]*\)/g, "");
}

/** Reads the values of a chain that was just bootstrapped, from any of its nodes. */
export async function goldenValuesOf(
  { rpc }: Node,
  { facts, funded }: { readonly facts: ChainFacts; readonly funded: readonly Funded[] },
): Promise<GoldenValues> {
  const blocks = await readBlocks(rpc);
  const { address, txid } = oneOf(funded, "payment");
  const paid = oneOf(
    blocks.flatMap(({ hash, transactions }) =>
      transactions.filter((tx) => tx.txid === txid).map(({ addresses }) => ({ hash, addresses })),
    ),
    `transaction ${txid} in the chain`,
  );
  const coinbases = blocks.slice(1).map(({ transactions }) => transactions[0]);
  return {
    height: facts.height,
    tip: facts.tip,
    muhash: facts.muhash,
    fundingTxid: txid,
    fundingBlock: paid.hash,
    aliceAddress: address,
    miningAddress: coinbases[0]?.addresses[0] ?? "",
    changeAddress: paid.addresses.find((other) => other !== address) ?? "",
    coinbases: coinbases.slice(0, matureAt(facts.height).length).map((tx) => tx?.txid ?? ""),
  };
}

export type GoldenOutcome =
  | { readonly kind: "same" }
  /** Nobody has recorded values of this version. */
  | { readonly kind: "unknown" }
  | { readonly kind: "different"; readonly lines: readonly string[] };

export function compareWithGolden(
  bitcoind: string,
  values: GoldenValues,
  table: GoldenTable,
): GoldenOutcome {
  const known = table[bitcoind];
  if (known === undefined) return { kind: "unknown" };
  const lines = differences(known, values);
  return lines.length === 0 ? { kind: "same" } : { kind: "different", lines };
}

function oneOf<T>(list: readonly T[], what: string): T {
  const [first, ...others] = list;
  if (first === undefined || others.length > 0) {
    throw new Error(`golden values are of a chain with one ${what}, this one has ${list.length}`);
  }
  return first;
}
