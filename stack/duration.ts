const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** Seconds of a duration as a person writes it: `10s`, `5m`, `1h`. `undefined` for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const seconds = units[unit];
  return seconds === undefined ? undefined : Number(count) * seconds;
}
