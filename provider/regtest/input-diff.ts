import { isDeepStrictEqual } from "node:util";

import type { DiffKind, Properties } from "../server/handler.ts";

/** Compares a resource's recorded inputs with the new ones, key by key. A change of `replaceOn` replaces the resource. */
export function inputDiff(
  oldInputs: Properties,
  news: Properties,
  replaceOn: readonly string[],
): Record<string, DiffKind> {
  const detailed: Record<string, DiffKind> = {};
  for (const key of new Set([...Object.keys(oldInputs), ...Object.keys(news)])) {
    if (isDeepStrictEqual(oldInputs[key], news[key])) continue;
    const verb = !(key in oldInputs) ? "add" : key in news ? "update" : "delete";
    detailed[key] = replaceOn.includes(key) ? `${verb}-replace` : verb;
  }
  return detailed;
}
