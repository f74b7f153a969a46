import type { ChainPlan } from "../bootstrap/bootstrap.ts";
import { readDefaults } from "./defaults.ts";
import { planOf } from "./plan.ts";
import { readSettings } from "./settings.ts";

/** The chain that a stack without config declares. */
export async function defaultPlan(): Promise<ChainPlan> {
  return planOf(readSettings(await readDefaults()).settings);
}
