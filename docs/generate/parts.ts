/** The parts of the pages that the program itself writes: `npm run docs`. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { format, resolveConfig } from "prettier";

import { packageFolder } from "../../base/files/paths.ts";
import { crowdSchema } from "../../bootstrap/plan/settings/crowd-schema.ts";
import { hostSchema } from "../../bootstrap/plan/settings/host-schema.ts";
import { nodeSchema } from "../../bootstrap/plan/settings/node-schema.ts";
import { paymentSchema } from "../../bootstrap/plan/settings/payment-schema.ts";
import { serviceSchema } from "../../bootstrap/plan/settings/service-schema.ts";
import { commandReference } from "./commands.ts";
import { configSchema } from "./config-schema.ts";
import { configKeys, structure } from "./configuration.ts";

/** From the mark to the next end mark. */
const part = /(<!-- npm run docs: ([a-z ]+) -->\n)[^]*?(<!-- end -->)/g;

/** Writes every generated part of every page anew. Returns the pages that have changed, or would have. */
export async function writeParts({
  write: writes,
}: {
  readonly write: boolean;
}): Promise<string[]> {
  const parts = await generated();
  const changed: string[] = [];
  const write = async (page: string, parser: string, textAfter: (before: string) => string) => {
    const file = path.join(packageFolder, page);
    const before = await readFile(file, "utf8");
    // As the format check of `npm test` wants it.
    const after = await format(textAfter(before), { ...(await resolveConfig(file)), parser });
    if (after === before) return;
    if (writes) await writeFile(file, after);
    changed.push(page);
  };
  const filled = (page: string, before: string): string =>
    before.replace(part, (_, begin: string, name: string, end: string) => {
      const text = parts[name];
      if (text === undefined) {
        const known = Object.keys(parts).join(", ");
        throw new Error(`${page} asks for the part "${name}"; there are: ${known}`);
      }
      return `${begin}\n${text}\n${end}`;
    });
  for (const page of await pages()) await write(page, "markdown", (before) => filled(page, before));
  await write("docs/config.schema.json", "json", configSchema);
  return changed;
}

async function pages(): Promise<string[]> {
  const names = await readdir(path.join(packageFolder, "docs"));
  return ["README.md", ...names.filter((name) => name.endsWith(".md")).map((n) => `docs/${n}`)];
}

async function generated(): Promise<Readonly<Record<string, string>>> {
  return {
    "config keys": await configKeys(),
    "a node": structure(nodeSchema),
    "a host": structure(hostSchema),
    "the crowd": structure(crowdSchema),
    "a payment": structure(paymentSchema),
    "a service": structure(serviceSchema),
    commands: await commandReference(),
  };
}
