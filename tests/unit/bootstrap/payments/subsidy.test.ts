import { describe, expect, it } from "vitest";

import { COIN } from "../../../../bootstrap/payments/amount.ts";
import {
  coinsNeeded,
  fundingFee,
  mostPayable,
} from "../../../../bootstrap/payments/funding-fee.ts";
import { matureAt, subsidyAt } from "../../../../bootstrap/payments/subsidy.ts";

describe("subsidy", () => {
  it("halves every 150 blocks, as regtest does, and not mainnet's 210,000", () => {
    expect([1, 149, 150, 299, 300].map(subsidyAt)).toEqual(
      [50n, 50n, 25n, 25n, 12n].map((btc, index) => (index === 4 ? 1_250_000_000n : btc * COIN)),
    );
  });

  it("ends at zero", () => {
    expect(subsidyAt(150 * 33)).toBe(0n);
  });

  it("lets a coinbase be spent from its 100th confirmation on", () => {
    expect(matureAt(100)).toEqual([]);
    expect(matureAt(101)).toEqual([50n * COIN]);
    expect(matureAt(251)).toHaveLength(151);
    expect(matureAt(251).at(-1)).toBe(subsidyAt(151));
  });
});

describe("the funding's fee", () => {
  it("counts for the coins that are needed", () => {
    const coins = matureAt(110);
    expect(coinsNeeded(coins, 30n * COIN)).toBe(1);
    expect(coinsNeeded(coins, 50n * COIN)).toBe(2);
    expect(coinsNeeded(coins, 500n * COIN)).toBeUndefined();
  });

  it("leaves what can be paid at most", () => {
    const coins = matureAt(102);
    expect(mostPayable(coins)).toBe(100n * COIN - fundingFee(2));
    expect(coinsNeeded(coins, mostPayable(coins))).toBe(2);
    expect(coinsNeeded(coins, mostPayable(coins) + 1n)).toBeUndefined();
  });
});
