import path from "node:path";

import { parse } from "yaml";

import { readText } from "../../base/files/files.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { hostsSchema } from "../../bootstrap/plan/settings/host-schema.ts";
import type { EngineInput } from "../../engine/engine-input.ts";

const hostsKey = "regtest-network:hosts";

/** The hosts in a stack's file; undefined where it has none, or what is wrong. */
export async function configuredHosts(stack: string): Promise<EngineInput | undefined> {
  const text = (await readText(path.join(projectFolder, `Pulumi.${stack}.yaml`))) ?? "";
  if (!text.includes(hostsKey)) return undefined;
  try {
    const { config } = parse(text) as { readonly config: Readonly<Record<string, unknown>> };
    const value = config[hostsKey];
    const hosts = hostsSchema.parse(typeof value === "string" ? JSON.parse(value) : value);
    return {
      hosts: hosts.map(({ name, engine, certPath }) => ({
        ...{ name, host: engine },
        certPath: certPath && path.resolve(projectFolder, certPath),
      })),
    };
  } catch {
    // The program tells what is wrong with it.
    return undefined;
  }
}
