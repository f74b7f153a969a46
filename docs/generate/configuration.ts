/** Tables of the configuration: the keys of Pulumi.yaml, and what their lists are made of. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { parse } from "yaml";

import { packageFolder } from "../../base/files/paths.ts";
import { code, table } from "./markdown.ts";

interface ConfigKey {
  /** Left out for what is a list, or may be one. */
  readonly type?: string;
  readonly default?: unknown;
  readonly description: string;
}

export async function configKeys(): Promise<string> {
  const { config } = parse(await read("Pulumi.yaml")) as { config: Record<string, ConfigKey> };
  return table(
    ["Key", "Type", "Default", "Meaning"],
    Object.entries(config).map(([key, { type, default: value, description }]) => [
      code(key),
      type ?? "list",
      defaultText(value),
      description,
    ]),
  );
}

/** As far as docs/config.schema.json uses JSON Schema. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** The keys of one of the schema's definitions. */
export async function structure(name: string): Promise<string> {
  const { definitions } = JSON.parse(await read("docs/config.schema.json")) as {
    definitions: Readonly<Record<string, Schema>>;
  };
  const { properties = {}, required = [] } = definitions[name] ?? {};
  return table(
    ["Key", "Type", "Default", "Meaning"],
    Object.entries(properties).map(([key, schema]) => [
      code(key),
      typeText(schema, definitions),
      required.includes(key) ? "required" : defaultText(schema.default),
      schema.description ?? "",
    ]),
  );
}

function typeText(schema: Schema, definitions: Readonly<Record<string, Schema>>): string {
  const each = (schemas: readonly Schema[]): string =>
    schemas.map((one) => typeText(one, definitions)).join(" or ");
  const { $ref, enum: values, oneOf, items, type, properties, minimum, maximum } = schema;
  if ($ref !== undefined) return each([definitions[$ref.replace("#/definitions/", "")] ?? {}]);
  if (values !== undefined) return values.map(code).join(" or ");
  if (oneOf !== undefined) return each(oneOf);
  if (items !== undefined) return `list of ${each([items])}s`;
  if (properties !== undefined) return code(`{ ${Object.keys(properties).join(", ")} }`);
  const limits = minimum === undefined ? "" : ` from ${minimum} to ${maximum ?? "any"}`;
  return (type ?? "any") + limits;
}

function defaultText(value: unknown): string {
  if (value === undefined || value === "") return "";
  return code(typeof value === "string" ? value : JSON.stringify(value));
}

async function read(file: string): Promise<string> {
  return await readFile(path.join(packageFolder, file), "utf8");
}
