import { describe, expect, it } from "vitest";

import { COIN } from "../../../../bootstrap/payments/amount.ts";
import {
  coinsNeeded,
  fundingFee,
  mostPayable,
} from "../../../../bootstrap/payments/funding-fee.ts";

const coinbase = 50n * COIN;

describe("fundingFee", () => {
  it("is 10 satoshi for each virtual byte of a payment with change", () => {
    expect(fundingFee(1)).toBe(1_480n);
    expect(fundingFee(2) - fundingFee(1)).toBe(690n);
  });
});

describe("coinsNeeded", () => {
  it.each([
    ["less than a coin", 30n * COIN, 1],
    ["a coin less its fee", coinbase - fundingFee(1), 1],
    ["one satoshi more than that", coinbase - fundingFee(1) + 1n, 2],
    ["all coins less their fee", 3n * coinbase - fundingFee(3), 3],
    ["one satoshi more than all pay", 3n * coinbase - fundingFee(3) + 1n, undefined],
  ])("for %s", (_what, amount, needed) => {
    expect(coinsNeeded([coinbase, coinbase, coinbase], amount)).toBe(needed);
  });

  it("takes coins in their order, however small the first ones are", () => {
    expect(coinsNeeded([1n, coinbase], COIN)).toBe(2);
  });

  it("of no coins pays nothing", () => {
    expect(coinsNeeded([], 1n)).toBeUndefined();
  });
});

describe("mostPayable", () => {
  it("is what the coins still pay, and not a satoshi more", () => {
    const coins = [coinbase, coinbase];
    const most = mostPayable(coins);
    expect(coinsNeeded(coins, most)).toBe(2);
    expect(coinsNeeded(coins, most + 1n)).toBeUndefined();
  });
});
