/** Addresses and script hashes: what was paid to them, and what became of it. */
import { setImmediate as nextTurn } from "node:timers/promises";

import { Hono } from "hono";

import { AddressError, addressOf, scriptOf } from "../script/address.ts";
import type { ChainIndex } from "../index/chain-index.ts";
import { scriptHash } from "../index/hashes.ts";
import type { IndexedTransaction, ScriptHistory } from "../index/records.ts";
import { badRequest } from "./answers.ts";
import { statusJson, transactionJson } from "./transaction-json.ts";

/** Transactions in one answer. */
const perPage = 25;
const mostUnconfirmed = 50;
/** Addresses in one answer. */
const mostAddresses = 10;
/** Scripts that a search looks at before others have a turn. */
const searchedAtOnce = 2_000;

const keys = { address: hashOfAddress, scripthash: readScriptHash };

export function scriptRoutes(index: ChainIndex): Hono {
  const app = new Hono();
  for (const [key, hashOf] of Object.entries(keys)) {
    const history = (text: string): ScriptHistory | undefined => index.history(hashOf(text));
    app
      .get(`/${key}/:of`, (c) => {
        const of = c.req.param("of");
        return c.json({ [key]: of, ...statsJson(history(of)) });
      })
      .get(`/${key}/:of/txs`, (c) => {
        const known = history(c.req.param("of"));
        return c.json([...unconfirmed(known), ...confirmed(known)].map(transactionJson));
      })
      .get(`/${key}/:of/txs/chain/:last?`, (c) => {
        const { of, last } = c.req.param() as { of: string; last?: string };
        return c.json(confirmed(history(of), last).map(transactionJson));
      })
      .get(`/${key}/:of/txs/mempool`, (c) =>
        c.json(unconfirmed(history(c.req.param("of"))).map(transactionJson)),
      )
      .get(`/${key}/:of/utxo`, (c) =>
        c.json(
          (history(c.req.param("of"))?.unspent ?? []).map(({ transaction, vout, value }) => ({
            txid: transaction.txid,
            vout,
            status: statusJson(transaction),
            value,
          })),
        ),
      );
  }
  app.get("/address-prefix/:prefix", async (c) =>
    c.json(await addressesBeginningWith(index, c.req.param("prefix"))),
  );
  return app;
}

function hashOfAddress(address: string): string {
  try {
    return scriptHash(scriptOf(address));
  } catch (error) {
    throw error instanceof AddressError ? badRequest(error.message) : error;
  }
}

function readScriptHash(text: string): string {
  if (!/^[\da-f]{64}$/i.test(text)) throw badRequest("Invalid scripthash");
  return text.toLowerCase();
}

/** Newest first. */
function unconfirmed(history: ScriptHistory | undefined): IndexedTransaction[] {
  return [...(history?.unconfirmed ?? [])].toReversed().slice(0, mostUnconfirmed);
}

/**
 * Newest first.
 * @param last the txid that the page before ended with; what is no txid begins anew
 */
function confirmed(history: ScriptHistory | undefined, last = ""): IndexedTransaction[] {
  if (history === undefined) return [];
  const { confirmed: all } = history;
  const seen = /^[\da-f]{64}$/i.test(last)
    ? all.findLastIndex(({ txid }) => txid === last.toLowerCase())
    : all.length;
  return all.slice(Math.max(0, seen - perPage), Math.max(0, seen)).toReversed();
}

interface Stats {
  tx_count: number;
  funded_txo_count: number;
  funded_txo_sum: number;
  spent_txo_count: number;
  spent_txo_sum: number;
}

function statsJson(history: ScriptHistory | undefined): {
  chain_stats: Stats;
  mempool_stats: Stats;
} {
  return {
    chain_stats: statsOf(history, history?.confirmed ?? []),
    mempool_stats: statsOf(history, history?.unconfirmed ?? []),
  };
}

function statsOf(
  history: ScriptHistory | undefined,
  transactions: Iterable<IndexedTransaction>,
): Stats {
  const stats: Stats = {
    tx_count: 0,
    funded_txo_count: 0,
    funded_txo_sum: 0,
    spent_txo_count: 0,
    spent_txo_sum: 0,
  };
  for (const { outputs, spends } of transactions) {
    stats.tx_count += 1;
    for (const { script, value } of outputs) {
      if (script !== history) continue;
      stats.funded_txo_count += 1;
      stats.funded_txo_sum += value;
    }
    for (const { script, value } of spends) {
      if (script !== history) continue;
      stats.spent_txo_count += 1;
      stats.spent_txo_sum += value;
    }
  }
  return stats;
}

async function addressesBeginningWith(index: ChainIndex, prefix: string): Promise<string[]> {
  // Bech32 addresses are the same in both cases, Base58 ones are not.
  const wanted = /^bcrt1/i.test(prefix) ? prefix.toLowerCase() : prefix;
  const found: string[] = [];
  let looked = 0;
  for (const { script } of index.scripts) {
    if (++looked % searchedAtOnce === 0) await nextTurn();
    const address = addressOf(script);
    if (address?.startsWith(wanted) === true) found.push(address);
    if (found.length === mostAddresses) break;
  }
  return found.toSorted();
}
