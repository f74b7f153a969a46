import type { ChainPlan } from "./chain-plan.ts";
import type { ScenarioFile } from "../scenario/scenario-file.ts";
import { planOf } from "./plan.ts";
import { defaultNetwork } from "./settings/network-plan.ts";

/**
 * The chain that a stack without config declares.
 * @param scenario What is run on top. Default: nothing.
 */
export function defaultPlan(scenario?: ScenarioFile): ChainPlan {
  return planOf(defaultNetwork(), scenario);
}
