/**
 * Money. Inside the project an amount is a whole number of satoshi in a bigint: the type keeps it
 * apart from the BTC fractions that bitcoind writes in JSON, so the compiler refuses to mix the
 * two, and sums are exact. These functions are the only place where one becomes the other.
 */

/** An amount in satoshi (1 BTC = 100 000 000 satoshi). */
export type Sat = bigint;

/** Satoshi in one bitcoin. */
export const COIN: Sat = 100_000_000n;

/** No valid amount is larger: 21 million BTC (Bitcoin Core, consensus/amount.h, MAX_MONEY). */
export const MAX_MONEY: Sat = 21_000_000n * COIN;

/**
 * Reads an amount as bitcoind writes it, a JSON number in BTC with 8 decimal places. May be
 * negative (fees, sent payments).
 *
 * Rounding is exact: parsing and multiplying are off by at most 2^-53 each, together less than
 * half a satoshi up to {@link MAX_MONEY}. What does not lie on a satoshi, such as the sum of two
 * JSON numbers, is refused rather than rounded.
 *
 * @throws RangeError when the number is no amount.
 */
export function btcToSat(btc: number): Sat {
  const sat = Math.round(btc * Number(COIN));
  if (sat / Number(COIN) !== btc || Math.abs(sat) > Number(MAX_MONEY)) {
    throw new RangeError(
      `${btc} is not an amount in BTC: use at most 8 decimal places, and at most 21000000`,
    );
  }
  return BigInt(sat);
}

/**
 * Reads an amount that a person wrote, in BTC, such as `30` or `-0.00000001`. Whether zero or less
 * makes sense is for the caller to say.
 *
 * @throws RangeError when the text is no amount.
 */
export function parseBtc(text: string): Sat {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(text) ?? [];
  const sat = BigInt((whole ?? "") + fraction.padEnd(8, "0"));
  if (whole === undefined || sat > MAX_MONEY) {
    throw new RangeError(
      `"${text}" is not an amount in BTC: use digits, at most 8 after the decimal point, and at most 21000000`,
    );
  }
  return sign === "-" ? -sat : sat;
}

/** Writes an amount in BTC with 8 decimal places, such as `30.00000000`. */
export function formatBtc(sat: Sat): string {
  const digits = (sat < 0n ? -sat : sat).toString().padStart(9, "0");
  return `${sat < 0n ? "-" : ""}${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

/**
 * The JSON number in BTC that bitcoind reads as exactly this amount. Exact because up to
 * {@link MAX_MONEY} no two amounts share a double and JSON writes the shortest text of a double.
 */
export function satToJsonBtc(sat: Sat): number {
  return Number(sat) / Number(COIN);
}
