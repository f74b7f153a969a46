import type Docker from "dockerode";

import { findSnapshot, goesWithStack, keptReferences } from "../../bootstrap/snapshots/find.ts";
import { removeReference } from "../../bootstrap/snapshots/images.ts";
import { refuseInUse } from "../../bootstrap/snapshots/in-use.ts";
import { BrokenSnapshotError } from "../../bootstrap/snapshots/snapshot-errors.ts";

/**
 * Removes a named snapshot, also one that is not whole.
 * @throws Error that names who uses it, or the stack that it goes with
 */
export async function removeSnapshot(docker: Docker, name: string): Promise<void> {
  const references = await referencesOf(docker, name);
  await refuseInUse(docker, name, references.values());
  for (const reference of references.keys()) await removeReference(docker, reference);
}

/** Its references with the ids of their images; also those of one that is not whole, as far as they are there. */
async function referencesOf(docker: Docker, name: string): Promise<ReadonlyMap<string, string>> {
  try {
    const snapshot = await findSnapshot(docker, name);
    if (!goesWithStack(snapshot)) {
      return new Map(Object.values(snapshot.images).map(({ image, id }) => [image, id]));
    }
    throw new Error(
      `snapshot "${name}" goes with its stack: npm run down -- --stack ${snapshot.stack}`,
    );
  } catch (error) {
    if (!(error instanceof BrokenSnapshotError)) throw error;
    const references = await keptReferences(docker, name);
    if (references.size === 0) throw error;
    return references;
  }
}
