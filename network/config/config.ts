/** A stack's configuration as the arguments of its network. Types and defaults are declared in Pulumi.yaml. */
import * as pulumi from "@pulumi/pulumi";

import { isError } from "../../base/is-error.ts";
import { readScenario } from "../../bootstrap/plan/settings/scenario.ts";
import { readNetwork } from "../../bootstrap/plan/settings/network-plan.ts";
import {
  defaultArgs,
  type NetworkArgs,
  networkKeys,
} from "../../bootstrap/plan/settings/network-schema.ts";
import { invalid } from "../invalid.ts";
import type { RegtestNetworkArgs } from "../network-settings.ts";
import { parseStructured, parseSwitch } from "./structured.ts";
import { unknownKeys } from "./unknown-keys.ts";

/** Whether a value was set with `--secret`. The SDK has it, and leaves it out of its types. */
const { isConfigSecret } = pulumi.runtime as unknown as {
  isConfigSecret: (key: string) => boolean;
};

/** Keys whose values may be lists or objects. */
const structured: readonly string[] = [
  "nodes",
  "connect",
  "fund",
  "services",
  "explorer",
  "hosts",
  "crowd",
];

/** With a value for each key, be it the right one or not. */
type DeclaredArgs = { readonly [Key in keyof NetworkArgs]-?: Exclude<NetworkArgs[Key], undefined> };

/**
 * Reads the configuration of the current stack.
 * @throws pulumi.RunError that names every key that is wrong, its value and what is allowed
 */
export async function readConfig(): Promise<RegtestNetworkArgs> {
  const config = new pulumi.Config();
  const declared = Object.fromEntries(
    networkKeys.map((key) => [key, valueOf(config, key)]),
  ) as DeclaredArgs;
  const isSecret = (key: string): boolean => isConfigSecret(`${config.name}:${key}`);
  const unknown = unknownKeys(
    Object.keys(pulumi.runtime.allConfig()),
    { project: config.name, stack: pulumi.getStack() },
    networkKeys,
  );
  const inClear = declared.rpcPassword !== "" && !isSecret("rpcPassword");
  const problems = [
    ...unknown,
    ...readNetwork(declared).problems,
    ...(inClear ? ["rpcPassword: it is set in clear text; set it with --secret"] : []),
    ...structured
      .filter(isSecret)
      .map((key) => `${key}: it is set as a secret but would not stay secret; set it without`),
  ];
  if (problems.length > 0) {
    // All that is wrong is told at once.
    const scenario = await readScenario(declared.scenario);
    throw invalid([...problems, ...(isError(scenario) ? [scenario.message] : [])]);
  }
  const { start, snapshot, ...others } = declared;
  return {
    ...others,
    ...(start === "snapshot" && { from: snapshot }),
    walletSeed: isSecret("walletSeed") ? config.requireSecret("walletSeed") : declared.walletSeed,
    rpcPassword: declared.rpcPassword === "" ? "" : config.requireSecret("rpcPassword"),
  };
}

/** As the schema takes it: Pulumi has every value as text. */
function valueOf(config: pulumi.Config, key: keyof NetworkArgs): unknown {
  if (structured.includes(key)) {
    const text = config.require(key);
    return key === "explorer" ? parseSwitch(text) : parseStructured(text);
  }
  switch (typeof defaultArgs[key]) {
    case "number":
      return config.requireNumber(key);
    case "boolean":
      return config.requireBoolean(key);
    default:
      return asWritten(config.require(key));
  }
}

/** A time that a stack's file has without quotes comes from the CLI as `2025-01-01 12:00:00 +0000 UTC`. */
function asWritten(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) \+0000 UTC$/, "$1T$2Z");
}
