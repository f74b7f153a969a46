import type { ComponentChildren } from "preact";

import { getJson, useLive } from "../data/api.ts";
import type { InputJson, OutputJson, OutspendJson, TransactionJson } from "../data/esplora.ts";
import { href } from "../data/route.ts";
import { count, shortened } from "../data/words.ts";
import { Amount } from "../parts/amount.tsx";
import { Hash } from "../parts/hash.tsx";
import { Shown } from "../parts/loaded.tsx";
import { Time } from "../parts/time.tsx";
import { Facts, Section, View } from "../parts/view.tsx";
import { Confirmations } from "./confirmations.tsx";

interface Transaction extends TransactionJson {
  readonly outspends: readonly OutspendJson[];
}

export function TransactionView({ txid }: { readonly txid: string }) {
  const loaded = useLive(`transaction ${txid}`, async (signal): Promise<Transaction> => {
    const [transaction, outspends] = await Promise.all([
      getJson<TransactionJson>(`/tx/${txid}`, signal),
      getJson<OutspendJson[]>(`/tx/${txid}/outspends`, signal),
    ]);
    return { ...transaction, outspends };
  });
  const name = `Transaction ${shortened(txid, 4)}`;
  const missing =
    "Neither the chain nor the mempool has this transaction. It is shown as soon as it is there.";
  return (
    <View title="Transaction" name={name}>
      <Shown of={loaded} missing={missing}>
        {(transaction) => (
          <>
            <TransactionFacts of={transaction} />
            <div class="flow">
              <Section id="inputs" title={`Inputs (${transaction.vin.length})`}>
                <ol class="rows puts">
                  {transaction.vin.map((input, index) => (
                    <Input key={index} of={input} />
                  ))}
                </ol>
              </Section>
              <Section id="outputs" title={`Outputs (${transaction.vout.length})`}>
                <ol class="rows puts">
                  {transaction.vout.map((output, index) => (
                    <Output key={index} of={output} spent={transaction.outspends[index]} />
                  ))}
                </ol>
              </Section>
            </div>
          </>
        )}
      </Shown>
    </View>
  );
}

function TransactionFacts({ of }: { readonly of: Transaction }) {
  const { txid, status, weight, fee, vin, size, locktime, version } = of;
  const vsize = Math.ceil(weight / 4);
  const coinbase = vin[0]?.is_coinbase === true;
  const block: readonly (readonly [string, ComponentChildren])[] = status.confirmed
    ? [
        [
          "Block",
          <>
            <a class="height" href={href.block(status.block_hash)}>
              {count(status.block_height)}
            </a>{" "}
            <Time seconds={status.block_time} />
          </>,
        ],
      ]
    : [["Block", "None yet: it waits to be mined"]];
  return (
    <Facts
      of={[
        ["Txid", <Hash key="txid" value={txid} of="txid" whole />],
        [
          "State",
          <span key="state" role="status">
            <Confirmations status={status} />
          </span>,
        ],
        ...block,
        [
          "Fee",
          coinbase
            ? "None: this is a coinbase"
            : `${count(fee)} sat, ${(fee / vsize).toFixed(1)} sat/vB`,
        ],
        ["Size", `${count(vsize)} vB, ${count(size)} B`],
        ["Version", `${version}, lock time ${count(locktime)}`],
      ]}
    />
  );
}

function Input({ of: { is_coinbase, prevout, txid, vout } }: { readonly of: InputJson }) {
  if (is_coinbase) {
    return (
      <li>
        <span>Coinbase</span>
        <span class="what">new coins and the fees of the block</span>
      </li>
    );
  }
  return (
    <li>
      <Paid to={prevout} />
      {prevout !== null && <Amount sat={prevout.value} />}
      <span class="what linked">
        from output {vout} of <Hash value={txid} of="txid" to={href.transaction(txid)} bare />
      </span>
    </li>
  );
}

interface OutputProps {
  readonly of: OutputJson;
  readonly spent: OutspendJson | undefined;
}

function Output({ of, spent }: OutputProps) {
  return (
    <li>
      <Paid to={of} />
      <Amount sat={of.value} />
      <span class="what linked">
        {spent?.spent === true ? (
          <>
            spent by input {spent.vin} of{" "}
            <Hash value={spent.txid} of="txid" to={href.transaction(spent.txid)} bare />
            {!spent.status.confirmed && " in the mempool"}
          </>
        ) : of.scriptpubkey_type === "op_return" ? (
          "cannot be spent"
        ) : (
          "unspent"
        )}
      </span>
    </li>
  );
}

function Paid({ to }: { readonly to: OutputJson | null }) {
  const address = to?.scriptpubkey_address;
  if (address !== undefined)
    return <Hash value={address} of="address" to={href.address(address)} />;
  if (to === null) return <span>Unknown output</span>;
  return (
    <span class="script" title={to.scriptpubkey_asm}>
      <span class="kind">{to.scriptpubkey_type}</span> <code>{to.scriptpubkey_asm}</code>
    </span>
  );
}
