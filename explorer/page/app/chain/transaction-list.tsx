import type { TransactionJson } from "../data/esplora.ts";
import { href } from "../data/route.ts";
import { Amount } from "../parts/amount.tsx";
import { Hash } from "../parts/hash.tsx";
import { Confirmations } from "./confirmations.tsx";

interface ListProps {
  readonly of: readonly TransactionJson[];
  /** An address, whose change by each transaction is shown instead of all outputs together. */
  readonly at?: string | undefined;
  /** Without confirmations, as in a block, where they are all the same. */
  readonly plain?: boolean;
}

export function TransactionList({ of, at, plain = false }: ListProps) {
  return (
    <ul class="rows">
      {of.map((transaction) => (
        <li key={transaction.txid}>
          <Hash value={transaction.txid} of="txid" to={href.transaction(transaction.txid)} />
          <span class="what">{described(transaction)}</span>
          {!plain && <Confirmations status={transaction.status} />}
          <Amount sat={at === undefined ? paid(transaction) : change(transaction, at)} />
        </li>
      ))}
    </ul>
  );
}

function described({ vin, vout }: TransactionJson): string {
  const outputs = `${vout.length} out`;
  return vin[0]?.is_coinbase === true ? "Coinbase" : `${vin.length} in, ${outputs}`;
}

function paid({ vout }: TransactionJson): number {
  return vout.reduce((sum, { value }) => sum + value, 0);
}

/** What the address has more by it, in satoshi. */
function change({ vin, vout }: TransactionJson, address: string): number {
  const to = vout.filter((output) => output.scriptpubkey_address === address);
  const from = vin.filter(({ prevout }) => prevout?.scriptpubkey_address === address);
  return (
    to.reduce((sum, { value }) => sum + value, 0) -
    from.reduce((sum, { prevout }) => sum + (prevout?.value ?? 0), 0)
  );
}
