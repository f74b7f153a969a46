/** A script's history in the words of the protocol. */
import { createHash } from "node:crypto";

import type { ChainIndex } from "../../index/chain-index.ts";
import { undisplayed } from "../../index/hashes.ts";
import type { ScriptHistory } from "../../index/records.ts";

interface HistoryEntry {
  readonly tx_hash: string;
  /** Of its block; in the mempool 0, or -1 if one of its inputs is in the mempool too. */
  readonly height: number;
  /** In satoshi, in the mempool only. */
  readonly fee?: number;
}

/** What the index calls a script whose hash a client writes, which has the bytes in reverse order. */
export function indexKey(scripthash: string): string {
  return undisplayed(scripthash).toString("hex");
}

/** Undefined: there is no transaction with such a script. */
export function scriptOf(index: ChainIndex, scripthash: string): ScriptHistory | undefined {
  return index.history(indexKey(scripthash));
}

/** In the order of the chain. */
export function confirmedHistory(script: ScriptHistory | undefined): HistoryEntry[] {
  return (script?.confirmed ?? []).map(({ txid, block }) => ({
    tx_hash: txid,
    height: block?.height ?? 0,
  }));
}

/** What spends confirmed outputs only goes first; then by txid, which is the order that later versions ask for. */
export function mempoolHistory(script: ScriptHistory | undefined): HistoryEntry[] {
  return [...(script?.unconfirmed ?? [])]
    .map(({ txid, hasUnconfirmedParents, fee }) => ({
      tx_hash: txid,
      height: hasUnconfirmedParents ? -1 : 0,
      fee,
    }))
    .toSorted((a, b) => b.height - a.height || (a.tx_hash < b.tx_hash ? -1 : 1));
}

/** What a client compares to see whether the history has changed; null: there is none. */
export function scriptStatus(script: ScriptHistory | undefined): string | null {
  const history = [...confirmedHistory(script), ...mempoolHistory(script)];
  if (history.length === 0) return null;
  const hash = createHash("sha256");
  for (const { tx_hash, height } of history) hash.update(`${tx_hash}:${height}:`);
  return hash.digest("hex");
}
