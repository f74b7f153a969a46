/** The snapshot that a test gets when it names none: the default chain, made on first use and by itself. */
import { tmpdir } from "node:os";
import path from "node:path";

import type Docker from "dockerode";

import {
  SnapshotMissingError,
  findSnapshot,
  type StoredSnapshot,
} from "../bootstrap/snapshots/find.ts";
import { checkSnapshotName } from "../bootstrap/snapshots/names.ts";
import { contextHash } from "../stack/context-hash.ts";
import { defaultPlan } from "../stack/default-plan.ts";
import { withLock } from "../toolchain/lock.ts";
import { projectFolder } from "../toolchain/paths.ts";
import type { MakeOptions } from "./make-snapshot.ts";

/** Changes with the image and with the chain, so that another version of the kit never finds an old one. */
export async function defaultSnapshotName(): Promise<string> {
  const context = path.join(projectFolder, "images/bitcoind");
  return `default-${contextHash(context, JSON.stringify(await defaultPlan()))}`;
}

/** Finds the snapshot, or makes it of the default chain: once, however many processes ask. */
export async function ensureSnapshot(
  docker: Docker,
  name: string,
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
      makeSnapshot(docker, name, options),
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
