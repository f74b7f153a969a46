/** The config keys `fund` and `amount`: who is paid, and how much. */
import { btcToSat, formatBtc, parseBtc, type Sat } from "../../payments/amount.ts";
import type { Funded } from "../../payments/funding.ts";
import { type Coin, mostPayable, smallestOutput, spend } from "../../payments/funding-fee.ts";
import { walkThrough } from "../../keys/wallet-descriptors.ts";
import { matureAt } from "../../payments/subsidy.ts";
import type { NodeSettings } from "./nodes.ts";
import type { Problems } from "./problems.ts";
import { type Entry, readEntry } from "./structured.ts";

/** A payment as it is declared. */
export interface FundSettings {
  readonly node: string;
  readonly label: string;
  readonly amount: Sat;
}

interface Read extends FundSettings {
  /** The config key of the amount, and the amount as it was written. */
  readonly key: string;
  readonly written: unknown;
}

export interface FundInputs {
  readonly fund: unknown;
  /** What Alice is paid when `fund` is empty. */
  readonly amount: string;
  readonly nodes: readonly NodeSettings[];
  /** Height at which the payments are made; `undefined`: it is not good for use. */
  readonly blocks: number | undefined;
}

export const fundKeys = ["node", "label", "amount"];

/** Visible, and short enough for a column. */
export const labelPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/;

export function readFund(inputs: FundInputs, problems: Problems): FundSettings[] {
  const read = readPayments(inputs, problems);
  if (inputs.blocks !== undefined && read.every(({ amount }) => amount > 0n)) {
    refuseUnpayable(read, inputs.blocks, problems);
  }
  return read.map(({ node, label, amount }) => ({ node, label, amount }));
}

function readPayments({ fund, amount, nodes }: FundInputs, problems: Problems): Read[] {
  if (!Array.isArray(fund)) {
    problems.refuse("fund", fund, `give a list of payments, each with ${fundKeys.join(", ")}`);
    return [];
  }
  if (fund.length === 0) {
    const { node, label } = walkThrough;
    const payee = nodes.find(({ name }) => name === node);
    if (payee === undefined || payee.role === "miner") return [];
    return [{ node, label, ...readAmount(amount, "amount", problems) }];
  }
  const payments = fund.flatMap((raw: unknown, index) => {
    const key = `fund[${index}]`;
    const entry = readEntry(raw, key, fundKeys, problems);
    return entry === undefined ? [] : [readPayment(entry, key, nodes, problems)];
  });
  payments.forEach(({ node, label }, index) => {
    const first = payments.findIndex((other) => other.node === node && other.label === label);
    if (first === index) return;
    // What was paid already is told by node, label and amount.
    problems.refuse(`fund[${index}].label`, label, `fund[${first}] pays the same; give it another`);
  });
  return payments;
}

function readPayment(
  entry: Entry,
  key: string,
  nodes: readonly NodeSettings[],
  problems: Problems,
): Read {
  const { node, label } = entry;
  const payee = nodes.find(({ name }) => name === node);
  if (payee === undefined) {
    const names = nodes.map(({ name }) => name).join(", ");
    problems.refuse(`${key}.node`, node, `there is no such node; there are ${names}`);
  } else if (payee.role === "miner") {
    problems.refuse(`${key}.node`, node, "it is the node that mines and pays");
  }
  const isLabel = typeof label === "string" && labelPattern.test(label) && label !== "*";
  if (!isLabel) {
    const allowed = "give 1 to 64 printable ASCII characters, no space at either end, and not *";
    problems.refuse(`${key}.label`, label, allowed);
  }
  return {
    node: typeof node === "string" ? node : "",
    label: isLabel ? label : "",
    ...readAmount(entry["amount"], `${key}.amount`, problems),
  };
}

/** YAML has numbers too. */
function readAmount(
  written: unknown,
  key: string,
  problems: Problems,
): Pick<Read, "amount" | "key" | "written"> {
  let amount: Sat = 0n;
  try {
    amount = typeof written === "number" ? btcToSat(written) : parseBtc(written as string);
    if (amount <= 0n) problems.refuse(key, written, "give an amount above 0");
    else if (amount < smallestOutput) {
      const allowed = `give at least ${formatBtc(smallestOutput)} BTC; nodes relay no smaller output (dust)`;
      problems.refuse(key, written, allowed);
    }
  } catch {
    problems.refuse(key, written, "give an amount in BTC with at most 8 places");
  }
  return { amount, key, written };
}

/** Pays one after the other, as the bootstrap does, from what has matured. */
function refuseUnpayable(payments: readonly Read[], blocks: number, problems: Problems): void {
  let coins: readonly Coin[] = matureAt(blocks).map((value) => ({ value, ancestors: 0 }));
  for (const { amount, key, written } of payments) {
    const left = spend(coins, amount);
    if (left === "too long a chain") {
      const allowed =
        "too many payments hang on each other in one block; raise blocks, so that more coins mature";
      problems.refuse(key, written, allowed);
      return;
    }
    if (left === undefined) {
      const most = mostPayable(coins.map(({ value }) => value));
      const before =
        key === "amount" || key === "fund[0].amount" ? "" : " and the payments before it";
      problems.refuse(
        key,
        written,
        `after ${blocks} blocks${before} at most ${formatBtc(most > 0n ? most : 0n)} BTC can be spent, the fee taken off; raise blocks`,
      );
      return;
    }
    coins = left;
  }
}

/** Alice's payment, as the walk-through has it; without one, nothing. */
export function walkThroughPayment(funded: readonly Funded[]): {
  readonly aliceAddress?: string;
  readonly fundingTxid?: string;
} {
  const { node, label } = walkThrough;
  const alice = funded.find((payment) => payment.node === node && payment.label === label);
  return alice === undefined ? {} : { aliceAddress: alice.address, fundingTxid: alice.txid };
}
