const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of a duration as a person writes it: `10s`, `5m`, `1h`, `2d`. `undefined` for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const seconds = units[unit];
  return seconds === undefined ? undefined : Number(count) * seconds;
}

/** What {@link readSeconds} takes, for messages. */
export const secondsAllowed = "whole seconds from 1 on, or a duration such as 10m, 2h or 3d";

/**
 * Seconds of a span of time: a number of them, the same as text, or a duration. At least one, and at most
 * as many as a block's time can count, some 136 years. `undefined` for anything else.
 */
export function readSeconds(span: number | string): number | undefined {
  const seconds =
    typeof span === "number" ? span : /^\d{1,10}$/.test(span) ? Number(span) : parseDuration(span);
  const fits = seconds !== undefined && Number.isInteger(seconds) && seconds >= 1;
  return fits && seconds < 2 ** 32 ? seconds : undefined;
}
