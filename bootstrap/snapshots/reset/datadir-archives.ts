/** The datadirs that images of snapshots hold, as tar archives. */
import { buffer } from "node:stream/consumers";

import type Docker from "dockerode";

import { engineError } from "../../../engine/engine-error.ts";
import { passingName } from "../../../engine/labels.ts";
import { ownedLabels, unownedLabels } from "../../../engine/clean-up/owner.ts";
import { datadir } from "../../containers/datadir.ts";

/**
 * Bytes of archives that this process keeps for its next reset; one of the default chain has 1.4 MB. Those that
 * were used longest ago go, and a larger one is read again each time.
 */
const mostBytes = 64 * 1024 * 1024;

/** Image's id, which says what is in it → its archive; the one that was used last comes last. */
const kept = new Map<string, Buffer>();
/** Those that are being read. */
const reading = new Map<string, Promise<Buffer>>();

/**
 * The datadir in the image of that id. An image is read through a container that never runs.
 * @param labels of that container, so that it is not forgotten
 */
export async function datadirIn(
  docker: Docker,
  image: string,
  labels: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const known = kept.get(image);
  if (known !== undefined) {
    keepArchive(image, known);
    return known;
  }
  const begun = reading.get(image);
  if (begun !== undefined) return await begun;
  const read = readDatadir(docker, image, labels);
  reading.set(image, read);
  try {
    const archive = await read;
    keepArchive(image, archive);
    return archive;
  } finally {
    reading.delete(image);
  }
}

/** @internal */
export function keepArchive(image: string, archive: Buffer, most = mostBytes): void {
  kept.delete(image);
  if (archive.length > most) return;
  kept.set(image, archive);
  let bytes = keptBytes();
  for (const [oldest, { length }] of kept) {
    if (bytes <= most) return;
    kept.delete(oldest);
    bytes -= length;
  }
}

/** @internal */
export function keptBytes(): number {
  return [...kept.values()].reduce((sum, { length }) => sum + length, 0);
}

async function readDatadir(
  docker: Docker,
  image: string,
  labels: Readonly<Record<string, string>>,
): Promise<Buffer> {
  try {
    const container = await docker.createContainer({
      name: passingName(),
      Image: image,
      Labels: { ...unownedLabels, ...ownedLabels(), ...labels },
    });
    try {
      return await buffer(await container.getArchive({ path: datadir }));
    } finally {
      await container.remove({ force: true, v: true });
    }
  } catch (error) {
    throw engineError(error);
  }
}
