/** Snapshots for tests of the kit, under random names, gone in the end. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { removeReference } from "../../bootstrap/snapshots/images.ts";
import { connectEngine } from "../../engine/client.ts";
import { label } from "../../engine/labels.ts";
import { prepareSnapshot } from "../../testing/index.ts";
import { sharedNodeImage } from "./node-image.ts";
import { madeInRun, onceInRun } from "./run.ts";

export interface KitSnapshot extends AsyncDisposable {
  readonly docker: Docker;
  readonly name: string;
}

export async function makeKitSnapshot(): Promise<KitSnapshot> {
  const docker = await connectEngine();
  // While it is there, the snapshot's own build finds every step done.
  await sharedNodeImage();
  const name = await prepareSnapshot({ snapshot: `test-${randomBytes(4).toString("hex")}` });
  return { docker, name, [Symbol.asyncDispose]: () => removeSnapshot(docker, name) };
}

const shared = "kit-snapshot";

export type SharedKitSnapshot = Pick<KitSnapshot, "docker" | "name">;

/** The one that all files of a run share which start clones of it, and do nothing else with it. */
export async function sharedKitSnapshot(): Promise<SharedKitSnapshot> {
  const name = await onceInRun(shared, async () => (await makeKitSnapshot()).name);
  return { docker: await connectEngine(), name };
}

/** For the end of a run. */
export async function removeSharedSnapshot(docker: Docker): Promise<void> {
  const name = await madeInRun<string>(shared);
  if (name !== undefined) await removeSnapshot(docker, name);
}

export async function removeSnapshot(docker: Docker, name: string): Promise<void> {
  const { images } = await findSnapshot(docker, name);
  for (const { image } of Object.values(images)) await removeReference(docker, image);
}

/** How many containers and networks the network has on the engine. */
export async function thingsOf(docker: Docker, id: string): Promise<number> {
  const filters = { label: [`${label.stackId}=${id}`] };
  const containers = await docker.listContainers({ all: true, filters });
  return containers.length + (await docker.listNetworks({ filters })).length;
}
