/** The chain that a stack declares, and what tells one such chain from another. */
import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import type { ChainPlan } from "../bootstrap/bootstrap.ts";
import type { StackConfig } from "./config.ts";
import { planOf } from "./plan.ts";

export function chainPlan(config: StackConfig): pulumi.Output<ChainPlan> {
  return pulumi
    .output(config.walletSeed)
    .apply((walletSeed) => planOf({ ...config, walletSeed }, config.scenario));
}

/**
 * 12 hex digits that change with the plan. As a label of the containers they make Pulumi replace
 * the nodes when another chain is declared: a chain begins at its genesis block, on empty nodes.
 */
export function chainDigest(plan: pulumi.Output<ChainPlan>): pulumi.Output<string> {
  const digest = plan.apply((plan) =>
    createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 12),
  );
  // Of a secret seed no more than this is told.
  return pulumi.unsecret(digest);
}
