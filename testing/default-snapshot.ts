/** Snapshots that the kit creates on first use: the default chain, or the default chain with a scenario. */
import { tmpdir } from "node:os";
import path from "node:path";

import type Docker from "dockerode";

import { type ChainPlan, planToJson } from "../bootstrap/plan/chain-plan.ts";
import { type ScenarioFile, scenarioFile } from "../bootstrap/scenario/scenario-file.ts";
import {
  SnapshotMissingError,
  findSnapshot,
  type StoredSnapshot,
} from "../bootstrap/snapshots/find.ts";
import { checkSnapshotName } from "../bootstrap/snapshots/names.ts";
import { messageOf } from "../base/message.ts";
import { contextHash } from "../base/files/context-hash.ts";
import { defaultPlan } from "../bootstrap/plan/default-plan.ts";
import { withLock } from "../base/files/lock.ts";
import { packageFolder } from "../base/files/paths.ts";
import type { MakeOptions } from "./make-snapshot.ts";

/** A snapshot by its name, and the chain to make it of when it is missing. */
export interface WantedSnapshot {
  readonly name: string;
  readonly plan: ChainPlan;
}

/** Which snapshot is meant. */
export interface SnapshotChoice {
  /** Its name, as `regtest-network snapshot list` shows it. Default: that of the default chain. */
  readonly snapshot?: string | undefined;
  /**
   * Path of a file whose default export extends the default chain: docs/scenarios.md. The snapshot's
   * name changes with what is in the file and in those that it imports. Default: none.
   */
  readonly scenario?: string | undefined;
}

/** @throws Error when both are given, or when the file is no scenario */
export async function wantedSnapshot({
  snapshot,
  scenario,
}: SnapshotChoice): Promise<WantedSnapshot> {
  if (scenario === undefined) {
    const plan = defaultPlan();
    return { name: snapshot ?? nameFor("default", plan), plan };
  }
  if (snapshot !== undefined) {
    throw new Error(
      `snapshot "${snapshot}" and scenario "${scenario}": give one of them; a scenario's snapshot has its own name`,
    );
  }
  const plan = defaultPlan(await scenarioAt(scenario));
  return { name: nameFor("scenario", plan), plan };
}

async function scenarioAt(file: string): Promise<ScenarioFile> {
  try {
    return await scenarioFile(path.resolve(file), process.cwd());
  } catch (error) {
    throw new Error(`scenario: "${file}" is not usable; ${messageOf(error)}`, { cause: error });
  }
}

/** Changes with the image and with the chain, so that another version of the kit never finds an old one. */
function nameFor(kind: string, plan: ChainPlan): string {
  const context = path.join(packageFolder, "images/bitcoind");
  // Where a scenario's file lies makes no difference.
  return `${kind}-${contextHash(context, JSON.stringify({ ...planToJson(plan), scenario: plan.scenario?.digest }))}`;
}

/**
 * Finds the snapshot, or makes it: once, however many processes ask.
 * @internal
 */
export async function ensureSnapshot(
  docker: Docker,
  { name, plan }: WantedSnapshot,
  options: MakeOptions,
): Promise<StoredSnapshot> {
  checkSnapshotName(name);
  const found = await findIfThere(docker, name);
  if (found !== undefined) return found;
  const what = `making the snapshot ${name}`;
  const lockfile = path.join(tmpdir(), `regtest-network-${name}.lock`);
  return await withLock(lockfile, { what, ...options }, async () => {
    const made = await findIfThere(docker, name);
    if (made !== undefined) return made;
    const { makeSnapshot } = await import("./make-snapshot.ts");
    await options.progress.step(`Making the snapshot ${name}`, () =>
      makeSnapshot(docker, name, plan, options),
    );
    return await findSnapshot(docker, name);
  });
}

async function findIfThere(docker: Docker, name: string): Promise<StoredSnapshot | undefined> {
  try {
    return await findSnapshot(docker, name);
  } catch (error) {
    if (error instanceof SnapshotMissingError) return undefined;
    throw error;
  }
}
