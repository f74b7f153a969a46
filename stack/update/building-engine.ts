import path from "node:path";

import { readText } from "../../base/files/files.ts";
import { projectFolder } from "../../base/files/paths.ts";
import type { EngineInput } from "../../engine/engine-input.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { stateInFile } from "../state-in-file.ts";
import { stateOf } from "../stack-state.ts";

/**
 * The engine that an update is going to build on, as far as files tell before the Pulumi CLI and the program run: that of
 * the network in the stack's state, or while there is none, of the hosts in its configuration. Undefined: none is named.
 */
export async function buildingEngine(
  environment: Environment,
  stack: string,
): Promise<EngineInput | undefined> {
  const file = await stateInFile(environment, stack);
  const [network] = file === undefined ? [] : stateOf(stack, file.exported, file.decrypt).networks;
  const engine = network === undefined ? await configuredHosts(stack) : network.claim.engine;
  const { host } = engine?.hosts?.[0] ?? engine ?? {};
  return host ? engine : undefined;
}

async function configuredHosts(stack: string): Promise<EngineInput | undefined> {
  const text = (await readText(path.join(projectFolder, `Pulumi.${stack}.yaml`))) ?? "";
  if (!text.includes(hostsKey)) return undefined;
  const { parse } = await import("yaml");
  const { hostsSchema } = await import("../../bootstrap/plan/settings/host-schema.ts");
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

const hostsKey = "regtest-network:hosts";
