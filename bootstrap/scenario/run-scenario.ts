/** Running a scenario: once, in a limited time, and with errors that lead to its line. */
import { messageOf } from "../../base/message.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { joinSignals } from "../../base/wait.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { syncToHighest } from "../chain/mining.ts";
import { minerOf, type Run } from "../nodes/run.ts";
import type { Node, NodeSpec } from "../nodes/node.ts";
import type { ScenarioServices } from "../services/start.ts";
import { type ScenarioFile, scenarioFile } from "./scenario-file.ts";
import { ScenarioError, inProcess } from "./process.ts";

/**
 * @param services Those that it can use, and the engine that they and the nodes are on.
 * @throws Error that names the file, and the line of it that failed where that is known
 */
export async function runScenario(
  run: Run,
  planned: ScenarioFile,
  { specs: services, engine }: Pick<ScenarioServices, "specs" | "engine">,
): Promise<void> {
  const { file } = planned;
  const { limitMs } = run;
  const { credentials } = minerOf(run);
  try {
    const found = await scenarioFile(file, projectFolder);
    if (found.digest !== planned.digest) {
      throw new Error("it changed after this update started; start the update again");
    }
    const late = `it did not end within ${limitMs / 1_000} s; give it longer with config timeout`;
    await limited(limitMs, late, run.signal, async (signal) => {
      const nodes = run.nodes.map(specOf);
      const network = { nodes, services, engine, connect: run.connect, credentials, limitMs };
      await inProcess({ scenario: found, folder: projectFolder, network }, { ...run, signal });
      await syncToHighest({ ...run, signal });
    });
  } catch (error) {
    run.signal.throwIfAborted();
    const line = error instanceof ScenarioError ? error.line : undefined;
    const at = line === undefined ? "" : `, line ${line},`;
    const failed = `scenario: ${JSON.stringify(file)}${at} failed: ${messageOf(error)}`;
    throw new Error(pointing(failed, "scenario-failed"), { cause: error });
  }
}

/**
 * Looks whether the file can be loaded and has a function, which runs what is at its top.
 * @param limitMs Milliseconds that this may take.
 * @throws Error that says what is wrong with the file, without its name
 */
export async function checkScenario(
  scenario: ScenarioFile,
  folder: string,
  limitMs: number,
): Promise<void> {
  const quiet = { report: () => undefined, count: () => undefined };
  const late = `it cannot be loaded: loading did not end within ${limitMs / 1_000} s`;
  await limited(limitMs, late, undefined, (signal) =>
    inProcess({ scenario, folder }, { ...quiet, signal }),
  );
}

async function limited(
  limitMs: number,
  message: string,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error(message));
  }, limitMs);
  try {
    await work(joinSignals(signal, late.signal));
  } finally {
    clearTimeout(timer);
  }
}

function specOf({ name, role, containerId, host, wallets }: Node): NodeSpec {
  return { name, role, containerId, host, wallets };
}
