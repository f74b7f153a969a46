/** Writing a snapshot into a file. */
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

import type Docker from "dockerode";

import { isAlive } from "../../../engine/clean-up/owner.ts";
import { sizeOf } from "../../../base/files/files.ts";
import { type ImageContent, readArchive } from "./archive.ts";
import { findSnapshot, type StoredSnapshot } from "../find.ts";
import { membersOf } from "../manifest-schema.ts";
import { checkSnapshotName, snapshotReference } from "../names.ts";
import { imageId } from "../images.ts";
import { checkIncoming, imageContent } from "./incoming.ts";
import { lendingNames } from "../take/names-noted.ts";
import { tag } from "../references.ts";
import { counted, savedImages, type Transfer } from "./transfer.ts";

export interface Exported {
  readonly snapshot: StoredSnapshot;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Writes all images of a snapshot into one file, as `docker save` does; compressed when its name ends in
 * `.gz`. The file is there when it is whole and checked, or not at all.
 * @throws Error when the file is there already, unless `force` says to overwrite it
 */
export async function exportSnapshot(
  docker: Docker,
  name: string,
  file: string,
  { force, signal, status }: Transfer & { readonly force: boolean },
): Promise<Exported> {
  if (!force && (await sizeOf(file)) !== undefined)
    throw new Error(`${file} already exists; --force overwrites it`);
  const snapshot = await findSnapshot(docker, name);
  await removeHalves(file);
  const half = `${file}.${process.pid}.${randomBytes(4).toString("hex")}.new`;
  try {
    await withNames(docker, snapshot, async (references) => {
      await pipeline(
        await savedImages(docker, references, signal),
        counted("pack the images", await sizeTogether(docker, snapshot), status),
        file.endsWith(".gz") ? createGzip() : new PassThrough(),
        createWriteStream(half, { flags: "wx", flush: true }),
        { signal },
      );
    });
    const count = counted("verify the file", (await sizeOf(half)) ?? 0, status);
    checkIncoming(await readArchive(half, signal, count), snapshotReference);
    await rename(half, file);
  } finally {
    await rm(half, { force: true });
  }
  return { snapshot, bytes: (await sizeOf(file)) ?? 0 };
}

/** What exports to this file that were killed had written: the name of each has its process's id. */
async function removeHalves(file: string): Promise<void> {
  const { dir, base } = path.parse(path.resolve(file));
  for (const entry of await readdir(dir)) {
    const [, pid] = entry.startsWith(`${base}.`)
      ? (/^(\d+)\.[0-9a-f]{8}\.new$/.exec(entry.slice(base.length + 1)) ?? [])
      : [];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(dir, entry));
  }
}

/**
 * Lets a snapshot have the names of one made by name while it is written: an import must not take a
 * name such as `alice:latest` from an image on another engine.
 */
async function withNames(
  docker: Docker,
  { name, images }: StoredSnapshot,
  work: (references: readonly string[]) => Promise<void>,
): Promise<void> {
  checkSnapshotName(name);
  const ids = new Map(
    Object.entries(images).map(([node, { id }]) => [snapshotReference(name, node), id]),
  );
  await lendingNames(docker, ids.keys(), async (before) => {
    for (const [reference, there] of before) {
      if (there !== undefined && there !== ids.get(reference))
        throw new Error(`${reference} is another image: rename or remove it`);
    }
    for (const [reference, id] of ids) await tag(docker, id, reference);
    await work([...ids.keys()]);
  });
}

/** Bytes of all images, what they share counted once. An archive of them takes about a hundredth more. */
async function sizeTogether(docker: Docker, { manifest, images }: StoredSnapshot): Promise<number> {
  const bases = new Map<string, ImageContent | undefined>();
  let bytes = 0;
  for (const { name, baseImage } of membersOf(manifest)) {
    const { id = "", size = 0 } = images[name] ?? {};
    if (!bases.has(baseImage)) {
      const there = (await imageId(docker, baseImage)) !== undefined;
      bases.set(baseImage, there ? await imageContent(docker, baseImage) : undefined);
    }
    const base = bases.get(baseImage);
    const { layers } = await imageContent(docker, id);
    // One that was committed flat has nothing in common with it.
    const shared = base?.layers.every((layer, index) => layers[index] === layer) === true;
    bytes += shared ? size - base.size : size;
  }
  const shared = [...bases.values()].reduce((sum, base) => sum + (base?.size ?? 0), 0);
  return bytes + shared;
}
