/** The chain that a stack declares, and what tells one such chain from another. */
import * as pulumi from "@pulumi/pulumi";

import { type ChainPlanJson, planToJson } from "../bootstrap/plan/chain-plan.ts";
import type { NetworkSettings } from "./network-settings.ts";
import { digestOf } from "../bootstrap/plan/digest.ts";
import { planOf } from "../bootstrap/plan/plan.ts";

export function chainPlan(settings: NetworkSettings): pulumi.Output<ChainPlanJson> {
  return pulumi
    .all([settings.walletSeed, settings.scenario])
    .apply(([walletSeed, scenario]) => planToJson(planOf({ ...settings, walletSeed }, scenario)));
}

/**
 * 12 hex digits that change with the plan. In the names of the nodes' volumes they make a chain begin at
 * its genesis block, on empty nodes, when another one is declared.
 */
export function chainDigest(plan: pulumi.Output<ChainPlanJson>): pulumi.Output<string> {
  // Nothing else of a secret seed is revealed.
  return pulumi.unsecret(plan.apply((plan) => digestOf(JSON.stringify(plan))));
}
