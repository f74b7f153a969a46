import type { ChainIndex } from "../../index/chain-index.ts";
import type { IndexedOutput, ScriptHistory } from "../../index/records.ts";
import { method, type Method, parameter } from "./method.ts";
import { confirmedHistory, mempoolHistory, scriptOf } from "./script-history.ts";

export function scriptMethods(index: ChainIndex): Record<string, Method> {
  const about = (read: (script: ScriptHistory | undefined) => unknown): Method =>
    method({ scripthash: parameter.hash }, ({ scripthash }) => read(scriptOf(index, scripthash)));
  return {
    "blockchain.scripthash.get_balance": about(balanceOf),
    "blockchain.scripthash.get_history": about((script) => [
      ...confirmedHistory(script),
      ...mempoolHistory(script),
    ]),
    "blockchain.scripthash.get_mempool": about(mempoolHistory),
    "blockchain.scripthash.listunspent": about((script) =>
      (script?.unspent ?? []).map(({ transaction: { txid, block }, vout, value }) => ({
        ...{ tx_hash: txid, tx_pos: vout, value },
        height: block?.height ?? 0,
      })),
    ),
    "blockchain.scripthash.subscribe": method(
      { scripthash: parameter.hash },
      ({ scripthash }, session) => session.follow(scripthash),
    ),
    "blockchain.scripthash.unsubscribe": method(
      { scripthash: parameter.hash },
      ({ scripthash }, session) => session.unfollow(scripthash),
    ),
  };
}

/** In satoshi: what the chain says, and what the mempool changes in it. */
function balanceOf(script: ScriptHistory | undefined): { confirmed: number; unconfirmed: number } {
  let confirmed = 0;
  let unspent = 0;
  for (const { transaction, value, spender } of outputsTo(script)) {
    if (transaction.block !== undefined && spender?.block === undefined) confirmed += value;
    if (spender === undefined) unspent += value;
  }
  return { confirmed, unconfirmed: unspent - confirmed };
}

function outputsTo(script: ScriptHistory | undefined): IndexedOutput[] {
  if (script === undefined || script.isUnspendable) return [];
  return script.transactions.flatMap(({ outputs }) =>
    outputs.filter((output) => output.script === script),
  );
}
