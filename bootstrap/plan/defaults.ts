import { readFile } from "node:fs/promises";

import { parse } from "yaml";

import type { RawSettings } from "./settings/settings.ts";

/** The defaults that Pulumi.yaml declares, for what has to know them without a stack. */
export async function readDefaults(): Promise<RawSettings> {
  const text = await readFile(new URL("../../Pulumi.yaml", import.meta.url), "utf8");
  const { config } = parse(text) as { config: Record<string, { default: unknown }> };
  return Object.fromEntries(
    Object.entries(config).map(([key, { default: value }]) => [key, value]),
  ) as unknown as RawSettings;
}
