/** The stack's configuration, read and checked in one place before anything is declared. */
import * as pulumi from "@pulumi/pulumi";

import { isError } from "../../base/is-error.ts";
import type { ScenarioFile } from "../../bootstrap/scenario/scenario-file.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { missingImages } from "./images-there.ts";
import { readScenario } from "../../bootstrap/plan/settings/scenario.ts";
import { type NetworkPlan, readNetwork } from "../../bootstrap/plan/settings/network-plan.ts";
import {
  defaultArgs,
  type NetworkArgs,
  networkKeys,
} from "../../bootstrap/plan/settings/network-schema.ts";
import { readEnvironment } from "./environment.ts";
import { parseStructured } from "./structured.ts";
import { unknownKeys } from "./unknown-keys.ts";

/** Whether a value was set with `--secret`. The SDK has it, and leaves it out of its types. */
const { isConfigSecret } = pulumi.runtime as unknown as {
  isConfigSecret: (key: string) => boolean;
};

/** Keys whose values may be lists. */
const structured: readonly string[] = ["nodes", "connect", "fund"];

export interface StackConfig extends Omit<NetworkPlan, "walletSeed" | "rpcPassword" | "scenario"> {
  /** Undefined: none. */
  readonly scenario: ScenarioFile | undefined;
  readonly walletSeed: pulumi.Input<string>;
  /** The image that the first image is built on. */
  readonly base: string;
  /** Whether this run may give up what people did on top of the declared chain. */
  readonly discardBlocks: boolean;
  /** Undefined when nobody set one: then it is generated once and kept. */
  readonly rpcPassword: pulumi.Output<string> | undefined;
}

/**
 * Reads the configuration of the current stack. Types and defaults are declared in Pulumi.yaml.
 * @throws pulumi.RunError that names every key that is wrong, its value and what is allowed.
 */
export async function loadConfig(): Promise<StackConfig> {
  const config = new pulumi.Config();
  const declared = Object.fromEntries(networkKeys.map((key) => [key, valueOf(config, key)]));
  const { plan, problems } = readNetwork(declared);
  const machine = readEnvironment(process.env);
  const base = config.require("baseImage") || machine.baseImage;
  const hasPassword = config.require("rpcPassword") !== "";
  const isSecret = (key: string): boolean => isConfigSecret(`${config.name}:${key}`);
  const inClear = hasPassword && !isSecret("rpcPassword");
  const hidden = structured.filter(isSecret);
  const unknown = unknownKeys(
    Object.keys(pulumi.runtime.allConfig()),
    { project: config.name, stack: pulumi.getStack() },
    networkKeys,
  );
  const scenario = await readScenario(config.require("scenario"));
  // A registry is asked when the rest is in order: that takes its time.
  const missing = plan === undefined ? [] : await missingImages({ ...plan, base });
  const all = [
    ...unknown,
    ...problems,
    ...missing,
    ...(isError(scenario) ? [scenario.message] : []),
    ...(inClear ? ["rpcPassword: it is set in clear text; set it with --secret"] : []),
    ...hidden.map(
      (key) => `${key}: it is set as a secret but would not stay secret; set it without`,
    ),
  ];
  if (plan === undefined || all.length > 0 || isError(scenario))
    throw new pulumi.RunError(
      pointing(["The configuration is invalid:", ...all].join("\n  "), "configuration"),
    );
  return {
    ...plan,
    scenario,
    base,
    discardBlocks: machine.discardBlocks,
    walletSeed: isSecret("walletSeed") ? config.requireSecret("walletSeed") : plan.walletSeed,
    rpcPassword: hasPassword ? config.requireSecret("rpcPassword") : undefined,
  };
}

/** As the schema takes it: Pulumi has every value as text. */
function valueOf(config: pulumi.Config, key: keyof NetworkArgs): unknown {
  if (structured.includes(key)) return parseStructured(config.require(key));
  switch (typeof defaultArgs[key]) {
    case "number":
      return config.requireNumber(key);
    case "boolean":
      return config.requireBoolean(key);
    default:
      return config.require(key);
  }
}
