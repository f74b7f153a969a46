/** What a declaration names outside of itself: a scenario's file, and images. */
import { isError } from "../base/is-error.ts";
import { readScenario } from "../bootstrap/plan/settings/scenario.ts";
import type { ScenarioFile } from "../bootstrap/scenario/scenario-file.ts";
import type { EngineInput } from "../engine/engine-input.ts";
import { missingImages, type NamingSettings } from "./images-there.ts";
import { invalid } from "./invalid.ts";

/**
 * Looks at what the declaration names, once the rest of it is in order: that takes its time.
 * @returns the scenario's file; undefined: none is named
 * @throws pulumi.RunError with a line for each thing that is missing
 */
export async function checkOutside(
  settings: NamingSettings & { readonly scenario: string },
  engine: EngineInput | undefined,
): Promise<ScenarioFile | undefined> {
  const [scenario, missing] = await Promise.all([
    readScenario(settings.scenario),
    missingImages(settings, engine),
  ]);
  const problems = [...missing, ...(isError(scenario) ? [scenario.message] : [])];
  if (problems.length > 0 || isError(scenario)) throw invalid(problems);
  return scenario;
}
