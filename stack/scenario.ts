import { loadScenario, type ScenarioFile, scenarioFile } from "../bootstrap/scenario/file.ts";
import { messageOf } from "../base/message.ts";
import { projectFolder } from "../toolchain/paths.ts";

/**
 * Config `scenario` as a plan has it, undefined when it is empty.
 * @returns an Error when the file is no scenario: it is told with the other problems of the configuration
 */
export async function readScenario(scenario: string): Promise<ScenarioFile | Error | undefined> {
  if (scenario === "") return undefined;
  try {
    const file = await scenarioFile(scenario, projectFolder);
    await loadScenario(file, projectFolder);
    return file;
  } catch (error) {
    return new Error(`scenario: ${JSON.stringify(scenario)} is not usable; ${messageOf(error)}`, {
      cause: error,
    });
  }
}
