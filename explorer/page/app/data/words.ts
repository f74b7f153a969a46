/** Numbers and times in words. */
const number = new Intl.NumberFormat("en-US");

export function count(size: number): string {
  return number.format(size);
}

export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** @param sat in satoshi @returns BTC with 8 places */
export function btc(sat: number): string {
  const whole = BigInt(sat);
  const size = whole < 0n ? -whole : whole;
  const coins = number.format(size / 100_000_000n);
  const rest = String(size % 100_000_000n).padStart(8, "0");
  return `${whole < 0n ? "-" : ""}${coins}.${rest}`;
}

/** @param seconds since 1970 @returns such as `2025-01-01 12:00:00`, UTC */
export function utc(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(0, 19).replace("T", " ");
}

export function bytes(number: number): string {
  if (number < 1_000) return `${number} B`;
  if (number < 1_000_000) return `${(number / 1_000).toFixed(1)} kB`;
  return `${(number / 1_000_000).toFixed(1)} MB`;
}

/** The beginning and the end, which people compare. */
export function shortened(hash: string, side = 8): string {
  return hash.length <= 2 * side + 1 ? hash : `${hash.slice(0, side)}…${hash.slice(-side)}`;
}

/** @param btc BTC as text, whose whole coins get commas */
export function grouped(btc: string): string {
  return btc.replace(/\B(?=(?:\d{3})+\.)/g, ",");
}
