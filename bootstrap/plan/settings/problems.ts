/** What is wrong with a declaration, one line for each value: its key, the value, and what is allowed. */
import { inspect } from "node:util";

import type * as z from "zod";

import { printableLine } from "../../../base/printable.ts";
import { excerpt } from "../../rpc/rpc-errors.ts";

/** In characters: what is allowed may name every node. */
const longestLine = 5_000;
/** How much of a value a line shows, in characters. */
const longestValue = 200;

/** Elements of a list that is shown. */
const longestList = 20;

/** Keys whose values are not told. */
const secret: ReadonlySet<unknown> = new Set(["walletSeed", "rpcPassword"]);

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What an issue that is added by a rule says beside its message. */
export interface Told {
  /** The value where the declaration has none at the path. */
  readonly value?: unknown;
  /** The message tells all, and not what is allowed instead of the value. */
  readonly whole?: boolean;
}

/** @param declared what was checked */
export function problemLines({ issues }: z.core.$ZodError, declared: unknown): string[] {
  const lines = issues.flatMap((issue) => linesOf(issue, issue.path, declared));
  return [...new Set(lines)].map((line) => excerpt(printableLine(line), longestLine));
}

function linesOf(issue: Issue, path: Path, declared: unknown): string[] {
  const { message } = issue;
  switch (issue.code) {
    case "invalid_union": {
      // Of several forms the one is meant that is right at its top.
      const meant = issue.errors.find((branch) => branch.some(({ path }) => path.length > 0));
      if (meant === undefined) break;
      return meant.flatMap((inner) => linesOf(inner, [...path, ...inner.path], declared));
    }
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        problemLine([...path, key], at(declared, [...path, key]), message),
      );
    case "custom": {
      const { value, whole = false } = (issue.params ?? {}) as Told;
      if (whole) return [`${keyOf(path)}: ${message}`];
      return [problemLine(path, at(declared, path) ?? value, message)];
    }
  }
  return [problemLine(path, at(declared, path), message)];
}

/** What is wrong with a value that is there, or is required. */
export function problemLine(path: Path, value: unknown, allowed: string): string {
  if (value === undefined) return `${keyOf(path)} is required; ${allowed}`;
  const told = secret.has(path[0]) ? "it" : shown(value);
  return `${keyOf(path)}: ${told} is not allowed; ${allowed}`;
}

/** As a person finds it, such as `nodes[1].name`. */
export function keyOf(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .slice(1);
}

function at(declared: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part],
    declared,
  );
}

/** What is nested very deep has no JSON text that can be written. */
function shown(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    text = inspect(value, { depth: 2, breakLength: Infinity });
  }
  return Array.isArray(value) && value.length > longestList
    ? `a list of ${value.length}`
    : excerpt(text.replaceAll(passwordBeforeHost, "$1:[redacted]@"), longestValue);
}

/** As in `https://user:password@host`, also without a scheme. */
const passwordBeforeHost = /([^\s"/@:]+):[^\s"/@]+@/g;
