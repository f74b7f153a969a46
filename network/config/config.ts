/** The stack's configuration, read and checked in one place before anything is declared. */
import * as pulumi from "@pulumi/pulumi";

import { isError } from "../../base/is-error.ts";
import type { ScenarioFile } from "../../bootstrap/scenario/scenario-file.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { missingImages } from "./images-there.ts";
import { readScenario } from "../../bootstrap/plan/settings/scenario.ts";
import {
  passwordProblems,
  readSettings,
  type Settings,
} from "../../bootstrap/plan/settings/settings.ts";
import { parseStructured } from "../../bootstrap/plan/settings/structured.ts";
import { readEnvironment } from "./environment.ts";
import { unknownKeys } from "./unknown-keys.ts";

/** Whether a value was set with `--secret`. The SDK has it, and leaves it out of its types. */
const { isConfigSecret } = pulumi.runtime as unknown as {
  isConfigSecret: (key: string) => boolean;
};

export interface StackConfig extends Omit<Settings, "walletSeed" | "scenario"> {
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
  const raw = {
    rpcUser: config.require("rpcUser"),
    aliceRpcPort: config.requireNumber("aliceRpcPort"),
    minerRpcPort: config.requireNumber("minerRpcPort"),
    nodes: parseStructured(config.require("nodes")),
    connect: parseStructured(config.require("connect")),
    fund: parseStructured(config.require("fund")),
    start: config.require("start"),
    snapshot: config.require("snapshot"),
    blocks: config.requireNumber("blocks"),
    amount: config.require("amount"),
    confirmations: config.requireNumber("confirmations"),
    scenario: config.require("scenario"),
    walletSeed: config.require("walletSeed"),
    reproducible: config.requireBoolean("reproducible"),
    mockTime: config.require("mockTime"),
    blockSpacing: config.require("blockSpacing"),
    autoMine: config.require("autoMine"),
    prefix: config.require("prefix"),
    baseImage: config.require("baseImage"),
    coreDownloadBase: config.require("coreDownloadBase"),
    keepSnapshots: config.requireBoolean("keepSnapshots"),
    timeout: config.requireNumber("timeout"),
  };
  const { settings, problems } = readSettings(raw);
  const machine = readEnvironment(process.env);
  const base = settings.baseImage || machine.baseImage;
  const hasPassword = config.require("rpcPassword") !== "";
  const isSecret = (key: string): boolean => isConfigSecret(`${config.name}:${key}`);
  const inClear = hasPassword && !isSecret("rpcPassword");
  const hidden = ["nodes", "connect", "fund"].filter(isSecret);
  const known = [...Object.keys(raw), "rpcPassword"];
  const unknown = unknownKeys(
    Object.keys(pulumi.runtime.allConfig()),
    { project: config.name, stack: pulumi.getStack() },
    known,
  );
  const scenario = await readScenario(settings.scenario);
  // A registry is asked when the rest is in order: that takes its time.
  const missing = problems.length === 0 ? await missingImages({ ...settings, base }) : [];
  const all = [
    ...unknown,
    ...problems,
    ...missing,
    ...(isError(scenario) ? [scenario.message] : []),
    ...(hasPassword ? passwordProblems(config.require("rpcPassword")) : []),
    ...(inClear ? ["rpcPassword: it is set in clear text; set it with --secret"] : []),
    ...hidden.map(
      (key) => `${key}: it is set as a secret but would not stay secret; set it without`,
    ),
  ];
  if (all.length > 0 || isError(scenario))
    throw new pulumi.RunError(
      pointing(["The configuration is invalid:", ...all].join("\n  "), "configuration"),
    );
  return {
    ...settings,
    scenario,
    base,
    discardBlocks: machine.discardBlocks,
    walletSeed: isSecret("walletSeed") ? config.requireSecret("walletSeed") : settings.walletSeed,
    rpcPassword: hasPassword ? config.requireSecret("rpcPassword") : undefined,
  };
}
