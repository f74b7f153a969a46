/** What has changed between recorded state and new inputs, by the rules of the official provider's schema. */
import type { DiffKind, Properties } from "../server/handler.ts";
import { isObject } from "./check.ts";
import { isRefused, type Kind, type Rule, type Table } from "./rules.ts";

/** What becomes of a path, and whether that replaces the resource whatever its property's own rule is. */
type Edit = readonly [path: string, what: "add" | "update" | "delete", replaces?: boolean];

/**
 * The changed paths. Unset equals the zero value ("", 0, false, empty); a computed property that the program leaves out
 * keeps its value; sets have no order; a value not yet known counts as a change.
 */
export function diffProperties(
  table: Table,
  state: Properties,
  news: Properties,
): Record<string, DiffKind> {
  const changes: Record<string, DiffKind> = {};
  for (const [name, property] of Object.entries(table)) {
    if (isRefused(property)) continue;
    for (const [path, what, replaces] of edits(property, state[name], news[name], name)) {
      changes[path] = property.change === "replace" || replaces ? `${what}-replace` : what;
    }
  }
  return changes;
}

/** Whether a diff between the two would be empty. */
export function sameValue(rule: Rule<unknown>, old: unknown, value: unknown): boolean {
  return edits(rule, old, value, "").length === 0;
}

function edits(rule: Rule<unknown>, old: unknown, value: unknown, path: string): Edit[] {
  const found = plainEdits(rule, old, value, path);
  return rule.replaces ? found.map(([at, what]) => [at, what, true]) : found;
}

function plainEdits(rule: Rule<unknown>, old: unknown, value: unknown, path: string): Edit[] {
  if (isZero(old)) return isZero(value) ? [] : [[path, "add"]];
  if (!isZero(value)) return valueEdits(rule.kind, old, value, path);
  if (!rule.computed) return [[path, "delete"]];
  // An object that is given is not left out, and what is in it may be: no replicas for one.
  return isObject(value) ? valueEdits(rule.kind, old, value, path) : [];
}

function valueEdits(kind: Kind, old: unknown, value: unknown, path: string): Edit[] {
  const whole: Edit[] = [[path, "update"]];
  switch (kind.type) {
    case "string":
    case "boolean":
    case "integer":
      return old === value ? [] : whole;
    case "stringMap":
      if (!isObject(old) || !isObject(value)) return whole;
      return [...new Set([...Object.keys(old), ...Object.keys(value)])].flatMap((key) =>
        edits(anyText, old[key], value[key], memberPath(path, key)),
      );
    case "object":
      if (!isObject(old) || !isObject(value)) return whole;
      return Object.entries(kind.fields).flatMap(([name, rule]) =>
        isRefused(rule) ? [] : edits(rule, old[name], value[name], `${path}.${name}`),
      );
    case "list":
      if (!Array.isArray(old) || !Array.isArray(value)) return whole;
      return listEdits(kind.of, old, value, path);
    case "set":
      if (!Array.isArray(old) || !Array.isArray(value)) return whole;
      return setEdits(kind.of, old, value, path);
  }
}

const anyText: Rule<unknown> = {
  kind: { type: "string" },
  required: false,
  computed: false,
  replaces: false,
  default: undefined,
};

function listEdits(of: Kind, old: unknown[], value: unknown[], path: string): Edit[] {
  return Array.from({ length: Math.max(old.length, value.length) }, (_, index) => {
    const at = `${path}[${index}]`;
    if (index >= old.length) return [[at, "add"] satisfies Edit];
    if (index >= value.length) return [[at, "delete"] satisfies Edit];
    return valueEdits(of, old[index], value[index], at);
  }).flat();
}

/** Elements that have no counterpart, at their own places: one that left where another came is one update. */
function setEdits(of: Kind, old: unknown[], value: unknown[], path: string): Edit[] {
  const same = (one: unknown, other: unknown): boolean =>
    valueEdits(of, one, other, "").length === 0;
  const left = new Map(old.entries());
  const come = new Set<number>();
  for (const [index, element] of value.entries()) {
    if (value.slice(0, index).some((earlier) => same(earlier, element))) continue;
    const twin = [...left].find(([, other]) => same(other, element));
    if (twin === undefined) come.add(index);
    else left.delete(twin[0]);
  }
  return [...new Set([...left.keys(), ...come])]
    .sort((a, b) => a - b)
    .map((index) => {
      const edit = !come.has(index) ? "delete" : left.has(index) ? "update" : "add";
      return [`${path}[${index}]`, edit];
    });
}

function memberPath(path: string, key: string): string {
  return /^\w+$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;
}

/** What the official provider cannot tell from "not set". */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.values(value).every(isZero);
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}
