/** Running a scenario: once, in a limited time, and with errors that lead to its line. */
import { pathToFileURL } from "node:url";
import path from "node:path";

import { messageOf } from "../../base/message.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { projectFolder } from "../../toolchain/paths.ts";
import { syncToHighest } from "../chain.ts";
import type { Run } from "../run.ts";
import { joinSignals, unlessAborted } from "../../base/wait.ts";
import { loadScenario, type ScenarioFile, scenarioFile } from "./file.ts";
import { ScenarioNetwork } from "./network.ts";

/** @throws Error that names the file, and the line of it that failed where that is known */
export async function runScenario(run: Run, planned: ScenarioFile): Promise<void> {
  const { file } = planned;
  const late = new AbortController();
  const timer = setTimeout(() => {
    const seconds = run.limitMs / 1_000;
    late.abort(new Error(`it did not end within ${seconds} s; config timeout gives it longer`));
  }, run.limitMs);
  const signal = joinSignals(run.signal, late.signal);
  try {
    const found = await scenarioFile(file, projectFolder);
    if (found.digest !== planned.digest) {
      throw new Error("it was changed since this update began; start the update again");
    }
    const scenario = await loadScenario(found, projectFolder);
    const network = new ScenarioNetwork({ ...run, signal });
    await unlessAborted(async () => {
      await scenario(network);
    }, signal);
    await syncToHighest({ ...run, signal });
  } catch (error) {
    run.signal.throwIfAborted();
    const failed = `scenario: ${JSON.stringify(file)}${lineOf(error, file)} failed: ${messageOf(error)}`;
    throw new Error(pointing(failed, "scenario-failed"), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Where in the file the error came from, as `, line 12,`. */
function lineOf(error: unknown, file: string): string {
  const url = pathToFileURL(path.resolve(projectFolder, file)).href;
  const { stack = "" } = error as Partial<Error>;
  const frame = stack
    .split("\n")
    .find((line) => line.includes(`${url}:`) || line.includes(`${url}?`));
  const [, line] = /:(\d+):\d+\)?$/.exec(frame ?? "") ?? [];
  return line === undefined ? "" : `, line ${line},`;
}
