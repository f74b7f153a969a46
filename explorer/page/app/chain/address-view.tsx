import { useState } from "preact/hooks";

import { getJson, useLive } from "../data/api.ts";
import type { AddressJson, TransactionJson, UtxoJson } from "../data/esplora.ts";
import { href } from "../data/route.ts";
import { count, counted, shortened } from "../data/words.ts";
import { Amount } from "../parts/amount.tsx";
import { Hash } from "../parts/hash.tsx";
import { Shown } from "../parts/loaded.tsx";
import { NumberedPages, Pages } from "../parts/pages.tsx";
import { Facts, Section, View } from "../parts/view.tsx";
import { Confirmations } from "./confirmations.tsx";
import { TransactionList } from "./transaction-list.tsx";

/** Unspent outputs that are shown at once. */
const utxosPerPage = 10;
/** Confirmed transactions in one answer of the API. */
const perPage = 25;

export function AddressView({ address }: { readonly address: string }) {
  const path = `/address/${encodeURIComponent(address)}`;
  const loaded = useLive(`address ${address}`, async (signal) => {
    const [of, utxos] = await Promise.all([
      getJson<AddressJson>(path, signal),
      getJson<UtxoJson[]>(`${path}/utxo`, signal),
    ]);
    return { of, utxos };
  });
  return (
    <View title="Address" name={`Address ${shortened(address, 4)}`}>
      <Shown of={loaded} missing="This is no address of regtest.">
        {({ of, utxos }) => (
          <>
            <AddressFacts address={address} of={of} />
            <Utxos key={`utxos ${address}`} of={utxos} />
            <History key={`history ${address}`} path={path} of={of} address={address} />
          </>
        )}
      </Shown>
    </View>
  );
}

interface FactsProps {
  readonly address: string;
  readonly of: AddressJson;
}

function AddressFacts({ address, of: { chain_stats, mempool_stats } }: FactsProps) {
  const confirmed = chain_stats.funded_txo_sum - chain_stats.spent_txo_sum;
  const pending = mempool_stats.funded_txo_sum - mempool_stats.spent_txo_sum;
  return (
    <Facts
      of={[
        ["Address", <Hash key="address" value={address} of="address" whole />],
        [
          "Balance",
          <strong key="balance" class="large">
            <Amount sat={confirmed} />
          </strong>,
        ],
        ["In the mempool", mempool_stats.tx_count === 0 ? "Nothing" : <Amount sat={pending} />],
        ["Received", <Amount key="received" sat={chain_stats.funded_txo_sum} />],
        ["Transactions", count(chain_stats.tx_count + mempool_stats.tx_count)],
      ]}
    />
  );
}

function Utxos({ of }: { readonly of: readonly UtxoJson[] }) {
  const [start, setStart] = useState(0);
  // A reset may leave fewer than there were.
  const from = start < of.length ? start : 0;
  return (
    <Section id="utxos" title="Unspent outputs" aside={counted(of.length, "output")}>
      {of.length === 0 ? (
        <p class="note">It has none.</p>
      ) : (
        <ul class="rows">
          {of.slice(from, from + utxosPerPage).map(({ txid, vout, value, status }) => (
            <li key={`${txid}:${vout}`}>
              <span class="outpoint">
                <Hash value={txid} of="txid" to={href.transaction(txid)} />
                <span class="what">output {vout}</span>
              </span>
              <Confirmations status={status} />
              <Amount sat={value} />
            </li>
          ))}
        </ul>
      )}
      <NumberedPages from={from} perPage={utxosPerPage} of={of.length} go={setStart} />
    </Section>
  );
}

interface HistoryProps extends FactsProps {
  readonly path: string;
}

/** By the last transaction of the page before, as the API pages. */
function History({ path, address, of: { chain_stats } }: HistoryProps) {
  const [pages, setPages] = useState<readonly string[]>([]);
  const last = pages.at(-1);
  const loaded = useLive(`history ${address} ${last ?? ""}`, (signal) =>
    getJson<TransactionJson[]>(
      last === undefined ? `${path}/txs` : `${path}/txs/chain/${last}`,
      signal,
    ),
  );
  const shown = loaded.data ?? [];
  const oldest = shown.at(-1)?.txid;
  const more = (pages.length + 1) * perPage < chain_stats.tx_count && oldest !== undefined;
  return (
    <Section id="history" title="Transactions">
      <Shown of={loaded}>
        {(transactions) =>
          transactions.length === 0 ? (
            <p class="note">Nothing was paid to or from it.</p>
          ) : (
            <TransactionList of={transactions} at={address} />
          )
        }
      </Shown>
      <Pages
        newer={
          pages.length > 0
            ? () => {
                setPages(pages.slice(0, -1));
              }
            : undefined
        }
        older={
          more
            ? () => {
                setPages([...pages, oldest]);
              }
            : undefined
        }
        text={`Page ${pages.length + 1}`}
      />
    </Section>
  );
}
