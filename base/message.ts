import { inspect } from "node:util";

import { isAggregateError, isError } from "./is-error.ts";

/** The error's message and those of its causes, unless it quotes them already. */
export function messageOf(error: unknown): string {
  return withCauses(error, "");
}

function withCauses(error: unknown, told: string): string {
  if (!isError(error)) return joined(told, valueText(error));
  const text = told.includes(gist(error)) ? told : joined(told, error.message || error.name);
  const inner = isAggregateError(error) ? error.errors : [error.cause];
  return inner
    .filter((cause) => cause !== undefined)
    .reduce<string>((text, cause) => withCauses(cause, text), text);
}

/** An error's message without its place, which is printed already: its `detail`, if it has one. */
function gist(error: Error): string {
  const { detail } = error as { detail?: unknown };
  return (typeof detail === "string" ? detail : error.message) || error.name;
}

function joined(told: string, more: string): string {
  return told === "" || told.includes(more) ? told || more : `${told}: ${more}`;
}

/** Of what was thrown and is no Error. */
function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  return inspect(value, { depth: 2, breakLength: Infinity, maxStringLength: 300 });
}
