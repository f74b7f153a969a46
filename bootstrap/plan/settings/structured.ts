/** Config values with lists and objects in them. */
import type { Problems } from "./problems.ts";

/**
 * Reads a value as Pulumi hands it over: JSON text, whether it was written as YAML into the stack's file
 * or as JSON on the command line. Any other text is a value itself.
 */
export function parseStructured(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export type Entry = Readonly<Record<string, unknown>>;

/** The entry of a list if it is an object with no other keys than `allowed`; what else there is, is refused. */
export function readEntry(
  raw: unknown,
  key: string,
  allowed: readonly string[],
  problems: Problems,
): Entry | undefined {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    problems.refuse(key, raw, `give an object with ${allowed.join(", ")}`);
    return undefined;
  }
  for (const [name, value] of Object.entries(raw)) {
    if (allowed.includes(name)) continue;
    problems.refuse(
      `${key}.${name}`,
      value,
      `there is no such key; there are ${allowed.join(", ")}`,
    );
  }
  return raw as Entry;
}

/** A list of texts; left out, it is empty. */
export function readTexts(
  raw: unknown,
  key: string,
  what: string,
  problems: Problems,
): readonly string[] {
  if (raw === undefined) return [];
  if (Array.isArray(raw) && raw.every((item) => typeof item === "string")) return raw;
  problems.refuse(key, raw, `give a list of ${what}`);
  return [];
}
