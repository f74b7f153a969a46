import type { Updated } from "./update.ts";

/** Operation → how Pulumi marks and calls it, in the order in which it lists them. */
const words: Readonly<Record<string, readonly [string, string]>> = {
  create: ["+ ", "created"],
  update: ["~ ", "updated"],
  delete: ["- ", "deleted"],
  replace: ["+-", "replaced"],
  same: ["", "unchanged"],
};

/** How many resources were changed in which way, and how long it took. */
export function changesText({ changes, seconds }: Updated): string {
  const lines = Object.entries(words).flatMap(([operation, [mark, word]]) => {
    const count = changes[operation] ?? 0;
    return count === 0 ? [] : [`    ${mark}${count} ${word}`];
  });
  const counts = lines.length === 0 ? [] : ["Resources:", ...lines, ""];
  return [...counts, `Duration: ${Math.round(seconds)}s`, ""].join("\n");
}
