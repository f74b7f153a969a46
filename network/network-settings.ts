/** The arguments of a network, checked, and what the resources that it consists of are made from. */
import * as pulumi from "@pulumi/pulumi";

import type { ScenarioFile } from "../bootstrap/scenario/scenario-file.ts";
import { type NetworkPlan, readNetwork } from "../bootstrap/plan/settings/network-plan.ts";
import type { NetworkArgs } from "../bootstrap/plan/settings/network-args.ts";
import type { GivenHost } from "../bootstrap/plan/settings/host-schema.ts";
import { walkThroughNodes } from "../bootstrap/plan/settings/network-schema.ts";
import { readEnvironment } from "./environment.ts";
import { invalid } from "./invalid.ts";
import type { NetworkEngine } from "./network-engine.ts";
import { checkOutside } from "./outside.ts";

/** What a network is declared to be. Each key means what it means in a stack's configuration (docs/configuration.md). */
export interface RegtestNetworkArgs<Name extends string = string> extends Omit<
  NetworkArgs<Name>,
  "start" | "snapshot" | "rpcPassword" | "walletSeed"
> {
  /** Name of the snapshot to start from, whose nodes and connections must be the declared ones. Default: none. */
  readonly from?: string | undefined;
  /** RPC password of every node. Kept as a secret. Default: generated once, then kept. */
  readonly rpcPassword?: pulumi.Input<string> | undefined;
  /** What the keys of all wallets derive from. Default: `regtest-network`. */
  readonly walletSeed?: pulumi.Input<string> | undefined;
  /**
   * Whether an update may remove blocks and wallets that people made on top of the declared chain. Default: false,
   * and such an update fails before it changes anything.
   */
  readonly discardBlocks?: boolean | undefined;
}

/** @internal */
export interface NetworkSettings extends Omit<
  NetworkPlan,
  "walletSeed" | "rpcPassword" | "scenario"
> {
  /** Undefined: none. */
  readonly scenario: pulumi.Output<ScenarioFile | undefined>;
  readonly walletSeed: pulumi.Input<string>;
  /** Undefined when nobody set one: then it is generated once and kept. */
  readonly rpcPassword: pulumi.Output<string> | undefined;
  /** The image that the first image is built on. */
  readonly base: string;
  readonly discardBlocks: boolean;
  readonly engine: NetworkEngine;
}

/**
 * @internal
 * @param name of the component: where no prefix is given, names on the engine begin with it and the stack's
 * @param engineOn makes the providers for the hosts that are declared, once all is in order
 * @throws pulumi.RunError with a line for each argument that is wrong
 */
export function networkSettings(
  name: string,
  args: RegtestNetworkArgs,
  engineOn: (hosts: readonly GivenHost[]) => NetworkEngine,
): NetworkSettings {
  const { from, rpcPassword, walletSeed, discardBlocks, ...declared } = args;
  const { plan, problems } = readNetwork({
    ...declared,
    ...(from !== undefined && { start: "snapshot", snapshot: from }),
    // So that stacks of one program run beside each other.
    prefix: args.prefix ?? `${name}-${pulumi.getStack()}-`.toLowerCase(),
    nodes: withPorts(args),
    // What is known later alone is checked then.
    ...(typeof walletSeed === "string" && { walletSeed }),
    ...(typeof rpcPassword === "string" && { rpcPassword }),
  });
  if (plan === undefined) throw invalid(problems);
  const machine = readEnvironment(process.env);
  const base = plan.baseImage || machine.baseImage;
  const engine = engineOn(plan.hosts);
  return {
    ...plan,
    base,
    engine,
    discardBlocks: discardBlocks ?? machine.discardBlocks,
    scenario: pulumi
      .output(engine.input)
      .apply((engine) => checkOutside({ ...plan, base }, engine)),
    walletSeed: checkedLater("walletSeed", walletSeed) ?? plan.walletSeed,
    rpcPassword:
      rpcPassword === undefined || rpcPassword === ""
        ? undefined
        : pulumi.secret(checkedLater("rpcPassword", rpcPassword) ?? rpcPassword),
  };
}

/** Two networks of one program get ports of their own: where none is given, any that is free. */
function withPorts({ nodes, aliceRpcPort, minerRpcPort }: RegtestNetworkArgs): unknown {
  const known: Readonly<Record<string, unknown>> = { alice: aliceRpcPort, miner: minerRpcPort };
  const declared: unknown = nodes === undefined || nodes.length === 0 ? walkThroughNodes : nodes;
  if (!Array.isArray(declared)) return declared;
  return declared.map((node: { readonly name?: string } | null) =>
    known[node?.name ?? ""] === undefined ? { rpcPort: "free", ...node } : node,
  );
}

/** The same with a check of what only an update knows; undefined for what is known now. */
function checkedLater(
  key: "rpcPassword" | "walletSeed",
  value: pulumi.Input<string> | undefined,
): pulumi.Output<string> | undefined {
  if (value === undefined || typeof value === "string") return undefined;
  return pulumi.output(value).apply((text) => {
    const { problems } = readNetwork({ [key]: text });
    if (problems.length > 0) throw invalid(problems);
    return text;
  });
}
