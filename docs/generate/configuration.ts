/** Lists of the configuration: the keys of Pulumi.yaml, and what their lists are made of. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { parse } from "yaml";
import type * as z from "zod";

import { packageFolder } from "../../base/files/paths.ts";
import { type JsonSchema, jsonSchema } from "./config-schema.ts";
import { code, definitions } from "./markdown.ts";

interface ConfigKey {
  readonly default?: unknown;
  readonly description: string;
}

export async function configKeys(): Promise<string> {
  const { config } = parse(await read("Pulumi.yaml")) as { config: Record<string, ConfigKey> };
  return definitions(
    Object.entries(config).map(([term, { default: value, description }]) => ({
      term,
      notes: [defaultText(value)],
      meaning: description.replaceAll(/\bdocs\/(\S+\.md)\b/g, "[$1]($1)"),
    })),
  );
}

/** The keys of an object in one of the lists. */
export function structure(schema: z.ZodType): string {
  const { properties = {}, required = [] } = jsonSchema(schema);
  return definitions(
    Object.entries(properties).map(([term, schema]) => ({
      term,
      notes: [
        typeText(schema),
        required.includes(term) ? "required" : defaultText(schema.default, "default "),
      ],
      meaning: schema.description ?? "",
    })),
  );
}

function typeText(schema: JsonSchema): string {
  const { const: value, enum: values, anyOf, items, type, minimum, maximum } = schema;
  const { properties, maxProperties } = schema;
  if (value !== undefined) return code(value);
  if (values !== undefined) return values.map(code).join(" or ");
  if (anyOf !== undefined) return anyOf.map(typeText).join(" or ");
  if (items !== undefined) return `list of ${typeText(items)}s`;
  if (properties !== undefined) {
    const keys = Object.keys(properties);
    const objects = maxProperties === 1 ? keys : [keys.join(", ")];
    return objects.map((inside) => code(`{ ${inside} }`)).join(" or ");
  }
  return minimum === undefined ? (type ?? "any") : `${minimum} to ${maximum ?? "any"}`;
}

/** Nothing for an empty default, which goes without saying. */
function defaultText(value: unknown, before = ""): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  if (["", '""', "[]", "{}"].includes(text)) return "";
  return before + code(text);
}

async function read(file: string): Promise<string> {
  return await readFile(path.join(packageFolder, file), "utf8");
}
