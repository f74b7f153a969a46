/** Such as `3 hours ago`. */
export function age(ms: number): string {
  return relative(-Math.max(0, Math.round(ms / 1_000)));
}

/** Such as `in 55 minutes`, or `3 hours ago` where there are fewer than none. */
export function relative(seconds: number): string {
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ] as const;
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[3];
  const count = Math.trunc(Math.abs(seconds) / length);
  // Not by Intl.RelativeTimeFormat: the first one takes 15 ms.
  const long = `${count} ${unit}${count === 1 ? "" : "s"}`;
  // At 0 it is past: "0 seconds ago".
  return seconds > 0 ? `in ${long}` : `${long} ago`;
}
