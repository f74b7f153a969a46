/** The chain that a stack declares, and what tells one such chain from another. */
import * as pulumi from "@pulumi/pulumi";

import { type ChainPlanJson, planToJson } from "../bootstrap/plan/chain-plan.ts";
import type { StackConfig } from "./config/config.ts";
import { digestOf } from "../bootstrap/plan/digest.ts";
import { planOf } from "../bootstrap/plan/plan.ts";

export function chainPlan(config: StackConfig): pulumi.Output<ChainPlanJson> {
  return pulumi
    .output(config.walletSeed)
    .apply((walletSeed) => planToJson(planOf({ ...config, walletSeed }, config.scenario)));
}

/**
 * 12 hex digits that change with the plan. In the names of the nodes' volumes they make a chain begin at
 * its genesis block, on empty nodes, when another one is declared.
 */
export function chainDigest(plan: pulumi.Output<ChainPlanJson>): pulumi.Output<string> {
  // Nothing else of a secret seed is revealed.
  return pulumi.unsecret(plan.apply((plan) => digestOf(JSON.stringify(plan))));
}
