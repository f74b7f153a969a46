/** The snapshot that a test gets when it names none: the default chain, made on first use and by itself. */
import { tmpdir } from "node:os";
import path from "node:path";

import type Docker from "dockerode";

import { bootstrap } from "../bootstrap/bootstrap.ts";
import { openNodeImage } from "../bootstrap/golden/image.ts";
import {
  SnapshotMissingError,
  findSnapshot,
  type StoredSnapshot,
} from "../bootstrap/snapshots/find.ts";
import { checkSnapshotName, snapshotReference } from "../bootstrap/snapshots/names.ts";
import { commitNetwork } from "../bootstrap/snapshots/take.ts";
import { openTemporaryNetwork } from "../bootstrap/temporary-network.ts";
import { contextHash } from "../stack/context-hash.ts";
import { readDefaults } from "../stack/defaults.ts";
import { planOf } from "../stack/plan.ts";
import { readSettings } from "../stack/settings.ts";
import { baseImageOn } from "../toolchain/ensure.ts";
import { withLock } from "../toolchain/lock.ts";
import { projectFolder } from "../toolchain/paths.ts";
import type { Progress } from "../toolchain/progress.ts";

export interface MakeOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

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
    await options.progress.step(`Making the snapshot ${name}`, () => make(docker, name, options));
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

async function make(
  docker: Docker,
  name: string,
  { progress, signal }: MakeOptions,
): Promise<void> {
  const context = { signal, status: () => undefined };
  const base = await baseImageOn(docker, { progress, signal });
  await using image = await openNodeImage(docker, base, context);
  await using network = await openTemporaryNetwork(docker, {
    nodes: [
      { name: "alice", role: "peer", image: image.name },
      { name: "miner", role: "miner", image: image.name },
    ],
    signal,
  });
  const { inputs } = network;
  const plan = await defaultPlan();
  const { funded } = await network.run((run) => bootstrap(run, inputs.connect, plan));
  const references = Object.fromEntries(
    inputs.nodes.map((node) => [node.name, snapshotReference(name, node.name)]),
  );
  const of = { stackId: network.id, stack: "testing", kind: "named-snapshot" } as const;
  await commitNetwork(docker, inputs, { name, funded, references, ...of }, context);
}

async function defaultPlan(): Promise<ReturnType<typeof planOf>> {
  return planOf(readSettings(await readDefaults()).settings);
}
