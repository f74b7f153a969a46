import type { ChainPlan } from "./chain-plan.ts";
import { planOf } from "./plan.ts";
import { defaultNetwork } from "./settings/network-plan.ts";

/** The chain that a stack without config declares. */
export function defaultPlan(): ChainPlan {
  return planOf(defaultNetwork());
}
