/** Tables of the configuration: the keys of Pulumi.yaml, and what their lists are made of. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { parse } from "yaml";
import type * as z from "zod";

import { packageFolder } from "../../base/files/paths.ts";
import { type JsonSchema, jsonSchema } from "./config-schema.ts";
import { code, table } from "./markdown.ts";

interface ConfigKey {
  readonly default?: unknown;
  readonly description: string;
}

export async function configKeys(): Promise<string> {
  const { config } = parse(await read("Pulumi.yaml")) as { config: Record<string, ConfigKey> };
  return table(
    ["Key", "Default", "Meaning"],
    Object.entries(config).map(([key, { default: value, description }]) => [
      code(key),
      defaultText(value),
      description.replaceAll(/\bdocs\/(\S+\.md)\b/g, "[$1]($1)"),
    ]),
  );
}

/** The keys of an object in one of the lists. */
export function structure(schema: z.ZodType): string {
  const { properties = {}, required = [] } = jsonSchema(schema);
  return table(
    ["Key", "Type", "Default", "Meaning"],
    Object.entries(properties).map(([key, schema]) => [
      code(key),
      typeText(schema),
      required.includes(key) ? "required" : defaultText(schema.default),
      schema.description ?? "",
    ]),
  );
}

function typeText(schema: JsonSchema): string {
  const { const: value, enum: values, anyOf, items, type, properties, minimum, maximum } = schema;
  if (value !== undefined) return code(value);
  if (values !== undefined) return values.map(code).join(" or ");
  if (anyOf !== undefined) return anyOf.map(typeText).join(" or ");
  if (items !== undefined) return `list of ${typeText(items)}s`;
  if (properties !== undefined)
    return Object.keys(properties)
      .map((key) => code(`{ ${key} }`))
      .join(" or ");
  return minimum === undefined ? (type ?? "any") : `${minimum} to ${maximum ?? "any"}`;
}

function defaultText(value: unknown): string {
  if (value === undefined || value === "") return "";
  return code(typeof value === "string" ? value : JSON.stringify(value));
}

async function read(file: string): Promise<string> {
  return await readFile(path.join(packageFolder, file), "utf8");
}
