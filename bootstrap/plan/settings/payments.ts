/** Who is paid, and whether it can be paid. */
import { walkThrough } from "../../keys/wallet-descriptors.ts";
import { formatBtc } from "../../payments/amount.ts";
import type { Funded } from "../../payments/funding.ts";
import { type Coin, mostPayable, spend } from "../../payments/funding-fee.ts";
import { matureAt } from "../../payments/subsidy.ts";
import type { CheckedKeys } from "./network-schema.ts";
import type { PaymentPlan } from "./payment-schema.ts";

/** A payment, and where its amount stands. */
export interface DeclaredPayment {
  readonly payment: PaymentPlan;
  readonly path: readonly (string | number)[];
}

/** Left empty, Alice is paid `amount`, if there is a node alice that does not mine. */
export function paymentsOf({
  fund,
  amount,
  nodes,
}: Pick<CheckedKeys, "fund" | "amount" | "nodes">): DeclaredPayment[] {
  if (fund.length > 0)
    return fund.map((payment, index) => ({ payment, path: ["fund", index, "amount"] }));
  const { node, label } = walkThrough;
  const paid = nodes.some(({ name, role }) => name === node && role !== "miner");
  return paid ? [{ payment: { node, label, amount }, path: ["amount"] }] : [];
}

/**
 * The first payment that cannot be made, and what to do about it. They are made one after the other, as the
 * bootstrap does, from what has matured at height `blocks`.
 */
export function unpayable(
  payments: readonly DeclaredPayment[],
  blocks: number,
): (DeclaredPayment & { readonly allowed: string }) | undefined {
  let coins: readonly Coin[] = matureAt(blocks).map((value) => ({ value, ancestors: 0 }));
  for (const [index, declared] of payments.entries()) {
    const left = spend(coins, declared.payment.amount);
    if (left === "too long a chain") {
      const allowed =
        "too many payments hang on each other in one block; raise blocks, so that more coins mature";
      return { ...declared, allowed };
    }
    if (left === undefined) {
      const most = mostPayable(coins.map(({ value }) => value));
      const before = index === 0 ? "" : " and the payments before it";
      const allowed = `after ${blocks} blocks${before} at most ${formatBtc(most > 0n ? most : 0n)} BTC can be spent, the fee taken off; raise blocks`;
      return { ...declared, allowed };
    }
    coins = left;
  }
  return undefined;
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
