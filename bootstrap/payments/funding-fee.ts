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

/** A coin of the miner's, for telling beforehand what can be paid. */
export interface Coin {
  readonly value: Sat;
  /** Payments in the mempool that it comes from, one from the other: 0 for what is in the chain. */
  readonly ancestors: number;
}

/** A node refuses a payment with more than this many in the mempool that it hangs on, itself counted (Bitcoin Core, policy.h). */
const longestChain = 25;

/** Nodes relay no payment of less: of an output to a P2PKH address, the largest used (Bitcoin Core, policy.h, dustrelayfee). */
export const smallestOutput: Sat = 546n;

/** Less than this comes back as no coin: it would cost more than it is worth (dust). Rounded up. */
const smallestChange = 1_000n;

/** What is left of `coins` after a payment of `amount`, its change among it; `undefined`: they do not pay it. */
export function spend(
  coins: readonly Coin[],
  amount: Sat,
): readonly Coin[] | "too long a chain" | undefined {
  const needed = coinsNeeded(
    coins.map(({ value }) => value),
    amount,
  );
  if (needed === undefined) return undefined;
  const spent = coins.slice(0, needed);
  const ancestors = spent.reduce((sum, coin) => sum + coin.ancestors, 1);
  if (ancestors > longestChain) return "too long a chain";
  const value = spent.reduce((sum, coin) => sum + coin.value, 0n) - amount - fundingFee(needed);
  const change = value < smallestChange ? [] : [{ value, ancestors }];
  return [...coins.slice(needed), ...change];
}
