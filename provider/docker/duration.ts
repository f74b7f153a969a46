/** Durations as Go writes them (`1m30s`), which is how the official provider takes and shows them. */

const nanoseconds: Readonly<Record<string, number>> = {
  h: 3_600e9,
  m: 60e9,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  µs: 1e3,
  ns: 1,
};

const part = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g;

/** @returns nanoseconds, as the engine takes them. @throws Error for a text that {@link durationProblem} refuses. */
export function parseDuration(text: string): number {
  const problem = durationProblem(text);
  if (problem !== undefined) throw new Error(`a duration ${problem}`);
  return Math.round(
    [...text.matchAll(part)].reduce(
      (sum, [, value, unit = ""]) => sum + Number(value) * (nanoseconds[unit] ?? 0),
      0,
    ),
  );
}

export function durationProblem(text: string): string | undefined {
  return text === "0" || (text !== "" && text.replaceAll(part, "") === "")
    ? undefined
    : `is "${text}", but must be a duration such as "30s" or "1m0s"`;
}

/** `90_000_000_000` → `1m30s`, as Go's Duration.String does. */
export function formatDuration(duration: number): string {
  if (duration === 0) return "0s";
  if (duration < 1e9) {
    const unit = duration < 1e3 ? "ns" : duration < 1e6 ? "µs" : "ms";
    return `${duration / (nanoseconds[unit] ?? 1)}${unit}`;
  }
  const hours = Math.floor(duration / 3_600e9);
  const minutes = Math.floor((duration % 3_600e9) / 60e9);
  const seconds = `${Number(((duration % 60e9) / 1e9).toFixed(9))}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
