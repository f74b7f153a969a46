/**
 * The vocabulary in which a resource's properties are written down: one rule for each property of the official schema,
 * served or refused. The keys and kinds are checked against @pulumi/docker's own types, so a misspelt one does not
 * compile; `check` and `diff` follow the tables.
 */
import type { Unwrap } from "@pulumi/pulumi";

/** The type that a program's input has once the engine has resolved it. */
export type Plain<T> = Unwrap<NonNullable<T>>;

export type Kind =
  | { readonly type: "string" | "boolean" | "integer" | "stringMap" }
  | { readonly type: "list" | "set"; readonly of: Kind }
  | { readonly type: "object"; readonly fields: Fields };

/** @typeParam V the type of the values that the rule lets through; it exists for the compiler alone. */
export interface Rule<V> {
  readonly kind: Kind;
  readonly required: boolean;
  /** The engine fills in what the program leaves out, and leaving it out later is no change. */
  readonly computed: boolean;
  /** A change of it replaces the resource, also where the property that it is within is changed in place. */
  readonly replaces: boolean;
  /** Written into the checked inputs where the program gives none. */
  readonly default: V | undefined;
  /** What is wrong with a value of the right type, as the end of a sentence that begins with the property's name. */
  problem?(value: V): string | undefined;
}

/** A property that the official provider serves and this one does not. */
export interface Refused {
  readonly refused: string;
}

export type Fields = Readonly<Record<string, Rule<unknown> | Refused>>;

/** A rule for each field of an object type. */
export type FieldsOf<T> = {
  readonly [K in keyof Required<T>]: Rule<Plain<T[K]>> | Refused;
};

/** What becomes of the resource when a property changes. */
export type Change = "replace" | "update";

export type Property<V> = Rule<V> & { readonly change: Change };

/** A rule for each property of a resource's arguments. */
export type TableOf<Args> = {
  readonly [K in keyof Required<Args>]: Property<Plain<Args[K]>> | Refused;
};

/** A table as `check` and `diff` see it: which resource it is of does not matter to them. */
export type Table = Readonly<Record<string, Property<unknown> | Refused>>;

/** A resource's checked inputs: those that its table serves, with the defaults filled in. */
export type InputsOf<Args, T extends TableOf<Args>> = {
  [K in keyof Args as T[K] extends Refused ? never : K]: Plain<Args[K]>;
};

export interface RuleOptions<V> {
  readonly required?: true;
  readonly computed?: true;
  readonly replaces?: true;
  readonly default?: V;
  readonly problem?: (value: V) => string | undefined;
}

const scalar =
  <V>(type: "string" | "boolean" | "integer" | "stringMap") =>
  (options: RuleOptions<V> = {}): Rule<V> =>
    rule({ type }, options);

export const text = scalar<string>("string");
export const flag = scalar<boolean>("boolean");
export const integer = scalar<number>("integer");
export const textMap = scalar<Record<string, string>>("stringMap");

/** Compared by position. */
export function texts(options: RuleOptions<string[]> = {}): Rule<string[]> {
  return rule({ type: "list", of: { type: "string" } }, options);
}

/** Compared without regard to order. */
export function textSet(options: RuleOptions<string[]> = {}): Rule<string[]> {
  return rule({ type: "set", of: { type: "string" } }, options);
}

/** @typeParam T one of @pulumi/docker's input types. */
export function object<T>(
  fields: FieldsOf<T>,
  options: RuleOptions<Plain<T>> = {},
): Rule<Plain<T>> {
  return rule({ type: "object", fields }, options);
}

/** Compared without regard to order. */
export function objectSet<T>(
  fields: FieldsOf<T>,
  options: RuleOptions<Plain<T>[]> = {},
): Rule<Plain<T>[]> {
  return rule({ type: "set", of: { type: "object", fields } }, options);
}

/** A label, as sets of them have it. */
export const labelFields = {
  label: text({ required: true }),
  value: text({ required: true }),
};

/** Compared by position. */
export function objectList<T>(fields: FieldsOf<T>): Rule<Plain<T>[]> {
  return rule({ type: "list", of: { type: "object", fields } }, {});
}

export function replaces<V>(value: Rule<V>): Property<V> {
  return { ...value, change: "replace" };
}

export function updates<V>(value: Rule<V>): Property<V> {
  return { ...value, change: "update" };
}

/** @param instead what to do instead, as a sentence; default: the general advice. */
export function refused(instead = "the official plugin of @pulumi/docker serves it"): Refused {
  return { refused: instead };
}

export function isRefused(value: Rule<unknown> | Refused): value is Refused {
  return "refused" in value;
}

export function oneOf(...allowed: string[]): (value: string) => string | undefined {
  return (value) =>
    allowed.includes(value) ? undefined : `is "${value}", but must be one of ${allowed.join(", ")}`;
}

export function between(
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): (value: number) => string | undefined {
  const range = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `${least} to ${most}`;
  return (value) =>
    value >= least && value <= most ? undefined : `is ${value}, but must be ${range}`;
}

function rule<V>(kind: Kind, { problem, ...options }: RuleOptions<V>): Rule<V> {
  return {
    kind,
    required: options.required ?? false,
    computed: options.computed ?? false,
    replaces: options.replaces ?? false,
    default: options.default,
    ...(problem && { problem }),
  };
}
