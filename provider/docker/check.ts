/** Validation at the door: what a program may say of a resource, with the defaults that the official provider fills in. */
import { UNKNOWN, type CheckFailure, type Properties } from "../server/handler.ts";
import { isRefused, type Fields, type Kind, type Refused, type Rule } from "./rules.ts";

/** The official provider's record of what it filled in, kept in the inputs of each object. */
export const DEFAULTS = "__defaults";

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

/**
 * `news` with defaults, and every reason why it cannot be served: properties that do not exist or are not served here,
 * by name, and values of a wrong type or outside what is allowed. Unknown values pass.
 * @param resource the resource's kind, for messages: `Container`.
 */
export function checkProperties(resource: string, table: Fields, news: Properties): Checked {
  const failures: CheckFailure[] = [];
  const inputs = checkFields(resource, table, news, "", failures);
  return { inputs, failures };
}

function checkFields(
  resource: string,
  fields: Fields,
  news: Properties,
  prefix: string,
  failures: CheckFailure[],
): Properties {
  const inputs: Properties = {};
  const defaults: string[] = [];
  for (const [name, value] of Object.entries(news)) {
    // Names that begin so are the engine's and the bridge's own.
    if (name.startsWith("__") || value === undefined || value === null) continue;
    const path = `${prefix}${name}`;
    const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const problem = rule === undefined ? unknownName(resource, path, fields) : refusal(path, rule);
    if (problem !== undefined) failures.push({ property: path, reason: problem });
    else inputs[name] = checkValue(resource, rule as Rule<unknown>, value, path, failures);
  }
  for (const [name, rule] of Object.entries(fields)) {
    if (isRefused(rule) || name in inputs) continue;
    if (rule.required) {
      failures.push({ property: `${prefix}${name}`, reason: `${prefix}${name} is required` });
    }
    if (rule.default === undefined) continue;
    inputs[name] = rule.default;
    defaults.push(name);
  }
  inputs[DEFAULTS] = defaults.sort();
  return inputs;
}

function unknownName(resource: string, path: string, fields: Fields): string {
  const served = Object.keys(fields).filter((name) => !isRefused(fields[name] as Rule<unknown>));
  return `${path} is no property of ${resource}; there are ${served.join(", ")}`;
}

function refusal(path: string, rule: Rule<unknown> | Refused): string | undefined {
  return isRefused(rule)
    ? `${path} is not served by this project's stand-in for the Docker plugin: ${rule.refused}`
    : undefined;
}

function checkValue(
  resource: string,
  rule: Rule<unknown>,
  value: unknown,
  path: string,
  failures: CheckFailure[],
): unknown {
  const before = failures.length;
  const checked = checkKind(resource, rule.kind, value, path, failures);
  if (failures.length > before || hasUnknown(value)) return checked;
  const problem = rule.problem?.(checked);
  if (problem !== undefined) failures.push({ property: path, reason: `${path} ${problem}` });
  return checked;
}

/** Messages name the type alone, never the value: it may be a secret. */
function checkKind(
  resource: string,
  kind: Kind,
  value: unknown,
  path: string,
  failures: CheckFailure[],
): unknown {
  if (value === UNKNOWN) return value;
  const mismatch = (expected: string): unknown => {
    failures.push({ property: path, reason: `${path} must be ${expected}` });
    return value;
  };
  switch (kind.type) {
    case "string":
      return typeof value === "string" ? value : mismatch("a string");
    case "boolean":
      return typeof value === "boolean" ? value : mismatch("true or false");
    case "integer":
      return Number.isSafeInteger(value) ? value : mismatch("a whole number");
    case "stringMap":
      if (!isObject(value)) return mismatch("an object of strings");
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [
          key,
          checkKind(resource, { type: "string" }, member, `${path}.${key}`, failures),
        ]),
      );
    case "list":
    case "set":
      if (!Array.isArray(value)) return mismatch("a list");
      return value.map((element, index) =>
        checkKind(resource, kind.of, element, `${path}[${index}]`, failures),
      );
    case "object":
      if (!isObject(value)) return mismatch("an object");
      return checkFields(resource, kind.fields, value, `${path}.`, failures);
  }
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether anything in `value` is only known once other resources exist. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) ? Object.values(value).some(hasUnknown) : value === UNKNOWN;
}
