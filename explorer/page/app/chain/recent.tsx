import type { TransactionLine } from "../../protocol.ts";
import { ApiError, getJson, useLive } from "../data/api.ts";
import type { StatusJson, TransactionJson } from "../data/esplora.ts";
import { chain, seen } from "../data/network.ts";
import { href } from "../data/route.ts";
import { count } from "../data/words.ts";
import { Amount } from "../parts/amount.tsx";
import { Hash } from "../parts/hash.tsx";
import { State } from "../parts/state.tsx";
import { Confirmations } from "./confirmations.tsx";

interface Row extends TransactionLine {
  /** Undefined: it is neither in the chain nor in the mempool any more. */
  readonly status: StatusJson | undefined;
}

/** Rows at most; with few that came, payments of the newest blocks fill up. */
const most = 8;

/** Transactions as they come, and what becomes of them. */
export function Recent() {
  const loaded = useLive("recent", readRows);
  const rows = loaded.data;
  if (rows === undefined) return <p class="loading">Loading …</p>;
  if (rows.length === 0) {
    return (
      <p class="note">
        No payment yet: the mempool is empty, and the newest blocks have only their coinbases.
      </p>
    );
  }
  return (
    <ul class="rows recent">
      {rows.map(({ txid, vsize, fee, value, status }) => (
        <li key={txid}>
          <Hash value={txid} of="txid" to={href.transaction(txid)} />
          {status === undefined ? (
            <State tone="bad" text="Left the mempool" />
          ) : (
            <Confirmations status={status} />
          )}
          <span class="what">{count(Math.round((fee / vsize) * 10) / 10)} sat/vB</span>
          <Amount sat={value} />
        </li>
      ))}
    </ul>
  );
}

async function readRows(signal: AbortSignal): Promise<Row[]> {
  const came = await Promise.all(
    seen.value.slice(0, most).map(async (line): Promise<Row> => {
      return { ...line, status: await statusOf(line.txid, signal) };
    }),
  );
  if (came.length >= most) return came;
  const known = new Set(came.map(({ txid }) => txid));
  const blocks = (chain.value?.blocks ?? []).filter(({ transactions }) => transactions > 1);
  const pages = await Promise.all(
    blocks.slice(0, 2).map(({ hash }) => getJson<TransactionJson[]>(`/block/${hash}/txs`, signal)),
  );
  const older = pages
    .flat()
    .filter(({ txid, vin }) => vin[0]?.is_coinbase !== true && !known.has(txid))
    .map((transaction): Row => ({
      txid: transaction.txid,
      vsize: Math.ceil(transaction.weight / 4),
      fee: transaction.fee,
      value: transaction.vout.reduce((sum, { value }) => sum + value, 0),
      status: transaction.status,
    }));
  return [...came, ...older].slice(0, most);
}

async function statusOf(txid: string, signal: AbortSignal): Promise<StatusJson | undefined> {
  try {
    return (await getJson<TransactionJson>(`/tx/${txid}`, signal)).status;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
