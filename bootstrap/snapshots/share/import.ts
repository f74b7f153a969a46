/** Reading a snapshot from a file. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

import type Docker from "dockerode";

import { sizeOf } from "../../../base/files/files.ts";
import { pointing } from "../../../base/troubleshooting.ts";
import { readArchive } from "./archive.ts";
import { findSnapshot, type StoredSnapshot } from "../find.ts";
import { snapshotReference } from "../names.ts";
import { checkIncoming, type Incoming, placeSnapshot } from "./incoming.ts";
import { counted, finished, type Transfer } from "./transfer.ts";

/**
 * Loads a snapshot that was exported, after every byte of it was checked.
 * @throws Error when the file is not one whole snapshot, or another one has its name and `force` does not
 *   say to replace it; the engine's images are as before then
 */
export async function importSnapshot(
  docker: Docker,
  file: string,
  { force, signal, status }: Transfer & { readonly force: boolean },
): Promise<StoredSnapshot> {
  const bytes = (await sizeOf(file)) ?? 0;
  const incoming = await checkedFile(file, signal, counted(`check ${file}`, bytes, status));
  await placeSnapshot(docker, incoming, { force }, async () => {
    const count = counted("load the images", bytes, status);
    const content = Readable.from(count(createReadStream(file)));
    const answer = docker.loadImage(content, { quiet: "1", abortSignal: signal });
    await finished(answer, { signal, status });
  });
  return await findSnapshot(docker, incoming.snapshot.name);
}

async function checkedFile(
  file: string,
  signal: AbortSignal,
  count: ReturnType<typeof counted>,
): Promise<Incoming> {
  const contents = await readArchive(file, signal, count);
  try {
    return checkIncoming(contents, snapshotReference);
  } catch (cause) {
    const told = `${file} holds no snapshot that can be trusted: ${(cause as Error).message}`;
    throw new Error(pointing(told, "snapshot-not-to-be-trusted"), { cause });
  }
}
