import type Docker from "dockerode";

import { findSnapshot, goesWithStack, type StoredSnapshot } from "../bootstrap/snapshots/find.ts";
import { removeReference } from "../bootstrap/snapshots/images.ts";
import { connectEngine } from "../engine/client.ts";
import { label } from "../engine/labels.ts";
import { pointing } from "../base/troubleshooting.ts";

/** @throws Error that names who uses it, or the stack that it goes with */
export async function remove(name: string): Promise<void> {
  const docker = await connectEngine();
  const snapshot = await findSnapshot(docker, name);
  if (goesWithStack(snapshot)) {
    throw new Error(
      `snapshot "${name}" goes with its stack: npm run down -- --stack ${snapshot.stack}`,
    );
  }
  await refuseInUse(docker, snapshot);
  for (const { image } of Object.values(snapshot.images)) await removeReference(docker, image);
  process.stdout.write(`Removed snapshot ${name}.\n`);
}

/** @throws Error that names the containers which were started from the snapshot, and their stacks */
export async function refuseInUse(docker: Docker, { name, images }: StoredSnapshot): Promise<void> {
  const ancestor = Object.values(images).map(({ id }) => id);
  const users = await docker.listContainers({ all: true, filters: { ancestor } });
  if (users.length === 0) return;
  const names = users.map(({ Names, Labels }) => {
    const of = Labels[label.kind] === "node" ? ` of stack ${Labels[label.stack] ?? ""}` : "";
    return `${Names[0]?.slice(1) ?? ""}${of}`;
  });
  const told = `snapshot "${name}" is in use by ${names.toSorted().join(", ")}`;
  throw new Error(pointing(told, "snapshot-in-use"));
}
