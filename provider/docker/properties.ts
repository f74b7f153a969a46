/** What every handler does with property bags, whatever the resource. */
import type { Properties } from "../server/handler.ts";
import { isObject } from "./check.ts";
import { diffProperties, sameValue } from "./diff.ts";
import { type Fields, isRefused, type Table } from "./rules.ts";

/** `value` without what is not set, and without the records of defaults, which inputs have and state does not. */
export function plain<T>(value: T): T {
  if (Array.isArray(value)) return value.map(plain) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !name.startsWith("__") && member !== undefined && member !== null)
      .map(([name, member]) => [name, plain(member)]),
  ) as T;
}

/**
 * The state that `inputs` lead to from `state`. Where the two agree, the state's own value stays: it has what the engine
 * chose too, a port's number for one. What the program has dropped goes, unless the engine keeps it.
 */
export function overlaid(table: Fields, state: Properties, inputs: Properties): Properties {
  const result = { ...plain(state), ...plain(inputs) };
  for (const [name, property] of Object.entries(table)) {
    if (isRefused(property)) continue;
    const [old, value] = [state[name], inputs[name] ?? undefined];
    if (value === undefined && !property.computed) result[name] = undefined;
    else if (sameValue(property, old, value)) result[name] = plain(old);
    else if (property.kind.type === "object" && isObject(old) && isObject(value))
      result[name] = overlaid(property.kind.fields, old, value);
  }
  return plain(result);
}

/**
 * The inputs to record after a read: as they were where the state still agrees, else what was found instead. After an
 * import, when there are none yet: all that was found.
 */
export function refreshedInputs(
  table: Table,
  inputs: Properties | undefined,
  state: Properties,
): Properties {
  if (inputs === undefined) {
    return Object.fromEntries(
      Object.entries(state).filter(([name]) => {
        const property = table[name];
        return property !== undefined && !isRefused(property);
      }),
    );
  }
  return Object.fromEntries(
    Object.entries(inputs)
      .map(([name, value]) => {
        const property = table[name];
        if (property === undefined || isRefused(property)) return [name, value] as const;
        return [name, sameValue(property, state[name], value) ? value : state[name]] as const;
      })
      .filter(([, value]) => value !== undefined),
  );
}

/** Whether anything of `names` would change from `state` to `inputs`. */
export function changesAny(
  table: Table,
  state: Properties,
  inputs: Properties,
  names: ReadonlySet<string>,
): boolean {
  const paths = Object.keys(diffProperties(table, state, inputs));
  return paths.some((path) => names.has(path.split(/[.[]/, 1)[0] ?? path));
}

/** `{label, value}` elements as the engine's object, and back. */
export function labelMap(
  labels: readonly { label: string; value: string }[] = [],
): Record<string, string> {
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

export function labelList(
  labels: Record<string, string> | null | undefined,
): { label: string; value: string }[] {
  return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
}
