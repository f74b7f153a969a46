import { describe, expect, test } from "vitest";
import {
  COIN,
  MAX_MONEY,
  btcToSat,
  formatBtc,
  parseBtc,
  satToJsonBtc,
} from "../../../../bootstrap/payments/amount.ts";

/** Amounts whose product with 100 000 000 is no whole number in floating point, and the edges. */
const AMOUNTS: [btc: string, sat: bigint][] = [
  ["0.00000000", 0n],
  ["0.00000001", 1n],
  ["0.07000000", 7_000_000n],
  ["0.29000000", 29_000_000n],
  ["0.57000000", 57_000_000n],
  ["1.10000000", 110_000_000n],
  ["4.35000000", 435_000_000n],
  ["8.20000000", 820_000_000n],
  ["19.99999859", 1_999_999_859n],
  ["30.00000001", 3_000_000_001n],
  ["319.99997180", 31_999_997_180n],
  ["20999999.97690000", 2_099_999_997_690_000n],
  ["20999999.99999999", 2_099_999_999_999_999n],
  ["21000000.00000000", 2_100_000_000_000_000n],
  ["-0.00000141", -141n],
  ["-30.00000000", -3_000_000_000n],
];

describe.each(AMOUNTS)("%s BTC", (btc, sat) => {
  test("is read from bitcoind's JSON as what it is", () => {
    expect(btcToSat(JSON.parse(btc) as number)).toBe(sat);
  });

  test("is read from text as what it is", () => {
    expect(parseBtc(btc)).toBe(sat);
  });

  test("is written with 8 decimal places", () => {
    expect(formatBtc(sat)).toBe(btc);
  });

  test("survives the way through JSON", () => {
    expect(btcToSat(JSON.parse(JSON.stringify(satToJsonBtc(sat))) as number)).toBe(sat);
  });
});

test("the list above has amounts that a product cut off, rather than rounded, gets wrong", () => {
  const wrong = AMOUNTS.filter(([btc, sat]) => BigInt(Math.trunc(Number(btc) * 1e8)) !== sat);
  expect(wrong.length).toBeGreaterThanOrEqual(4);
});

test("two hundred thousand amounts over the whole range survive both ways", () => {
  const steps = 200_000n;
  for (let step = 0n; step <= steps; step++) {
    // The remainder of a large prime spreads the last digits.
    const sat = (MAX_MONEY * step) / steps - ((step * 1_000_003n) % 97n);
    const viaJson = btcToSat(JSON.parse(formatBtc(sat)) as number);
    if (viaJson !== sat || parseBtc(formatBtc(sat)) !== sat) {
      expect.fail(`${sat} satoshi came back as ${viaJson}`);
    }
  }
});

test.each([0.1 + 0.2, 1.1 * 3, 0.000000001, 21_000_000.00000001, 1e300, NaN, Infinity])(
  "the number %s is refused: no amount",
  (btc) => {
    expect(() => btcToSat(btc)).toThrow(
      new RangeError(
        `${btc} is not an amount in BTC: use at most 8 decimal places, and at most 21000000`,
      ),
    );
  },
);

test("sums that go wrong in JSON numbers are exact in satoshi", () => {
  expect(0.1 + 0.2).not.toBe(0.3);
  expect(btcToSat(0.1) + btcToSat(0.2)).toBe(btcToSat(0.3));
});

test("short forms that people write are read", () => {
  expect(parseBtc("30")).toBe(30n * COIN);
  expect(parseBtc("30.5")).toBe(3_050_000_000n);
  expect(parseBtc("-1")).toBe(-COIN);
});

test.each([
  "",
  "-",
  ".5",
  "5.",
  "1e3",
  "30 BTC",
  " 30",
  "+30",
  "0x10",
  "30,5",
  "1.000000001",
  "21000000.00000001",
  "Infinity",
])('the text "%s" is refused: no amount', (text) => {
  expect(() => parseBtc(text)).toThrow(
    new RangeError(
      `"${text}" is not an amount in BTC: use digits, at most 8 after the decimal point, and at most 21000000`,
    ),
  );
});
