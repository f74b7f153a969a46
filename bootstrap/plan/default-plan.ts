import type { ChainPlan } from "./chain-plan.ts";
import type { ScenarioFile } from "../scenario/scenario-file.ts";
import { readDefaults } from "./defaults.ts";
import { planOf } from "./plan.ts";
import { readSettings } from "./settings/settings.ts";

/**
 * The chain that a stack without config declares.
 * @param scenario What is run on top. Default: nothing.
 */
export async function defaultPlan(scenario?: ScenarioFile): Promise<ChainPlan> {
  return planOf(readSettings(await readDefaults()).settings, scenario);
}
