import { type ScenarioFile, scenarioFile } from "../../scenario/scenario-file.ts";
import { checkScenario } from "../../scenario/run-scenario.ts";
import { messageOf } from "../../../base/message.ts";
import { projectFolder } from "../../../base/files/paths.ts";

/** Milliseconds in which a file is loaded, with what it imports. */
const loadLimitMs = 30_000;

/**
 * Config `scenario` as a plan has it, undefined when it is empty.
 * @returns an Error when the file is no scenario: it is told with the other problems of the configuration
 */
export async function readScenario(scenario: string): Promise<ScenarioFile | Error | undefined> {
  if (scenario === "") return undefined;
  try {
    const file = await scenarioFile(scenario, projectFolder);
    await checkScenario(file, projectFolder, loadLimitMs);
    return file;
  } catch (error) {
    return new Error(`scenario: ${JSON.stringify(scenario)} is not usable; ${messageOf(error)}`, {
      cause: error,
    });
  }
}
