/**
 * The fee rate of the funding payments and what they cost at most. Fixed, so that the payments are
 * the same on every machine.
 */
import type { Sat } from "./amount.ts";

/** Satoshi per virtual byte. */
export const fundingFeeRate = 10n;

/** Virtual bytes, rounded up, of a transaction's frame, a P2WPKH input, and a P2PKH output, the largest used. */
const frameSize = 11n;
const inputSize = 69n;
const outputSize = 34n;

/** The most that a payment from `inputs` coins with change can cost. */
export function fundingFee(inputs: number): Sat {
  return fundingFeeRate * (frameSize + BigInt(inputs) * inputSize + 2n * outputSize);
}

/** How many of `coins`, taken in order, pay `amount` and the fee; `undefined` if all together do not. */
export function coinsNeeded(coins: readonly Sat[], amount: Sat): number | undefined {
  let sum = 0n;
  for (const [index, coin] of coins.entries()) {
    sum += coin;
    if (sum >= amount + fundingFee(index + 1)) return index + 1;
  }
  return undefined;
}

/** The largest amount that `coins` can pay after the fee. */
export function mostPayable(coins: readonly Sat[]): Sat {
  return coins.reduce((sum, coin) => sum + coin, 0n) - fundingFee(coins.length);
}
