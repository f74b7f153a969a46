/** Files of a container, whether it runs or not, through the engine. */
import { buffer, text } from "node:stream/consumers";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import type Docker from "dockerode";
import { extract, type Header, pack } from "tar-stream";

import { engineError, isNotFound } from "./engine-error.ts";

/** What is written: where, whose it is and who may read it, and its content. */
export type FileEntry = readonly [
  Partial<Header> & Pick<Header, "name">,
  content?: Buffer | string,
];

/** Writes files and folders below a folder of the container, in this order. */
export async function putEntries(
  container: Docker.Container,
  folder: string,
  entries: readonly FileEntry[],
): Promise<void> {
  const tar = pack();
  for (const [header, content] of entries)
    if (content === undefined) tar.entry(header);
    else tar.entry(header, content);
  tar.finalize();
  try {
    await container.putArchive(await buffer(tar), { path: folder });
  } catch (error) {
    throw engineError(error);
  }
}

/**
 * Anybody in the container can read them; folders that are missing are made.
 * @param files path in the container → content
 * @param volumes Folders that are volumes. Where the root file system can only be read, the engine writes no file that
 *   is in none of them. Default: none.
 */
export async function putFiles(
  container: Docker.Container,
  files: Readonly<Record<string, string>>,
  volumes: readonly string[] = [],
): Promise<void> {
  const inFolders = Map.groupBy(
    Object.entries(files),
    ([file]) => volumes.find((folder) => file.startsWith(`${folder}/`)) ?? "/",
  );
  for (const [folder, inFolder] of inFolders) {
    const entries = inFolder.map(([file, content]): FileEntry => [
      { name: path.posix.relative(folder, file), mode: 0o444 },
      content,
    ]);
    await putEntries(container, folder, entries);
  }
}

/** Makes a folder, and those above it that are missing. */
export async function putFolder(container: Docker.Container, folder: string): Promise<void> {
  const name = `${path.posix.relative("/", folder)}/`;
  await putEntries(container, "/", [[{ name, type: "directory", mode: 0o755 }]]);
}

/** The content of a file; undefined where there is none. */
export async function readFileIn(
  container: Docker.Container,
  file: string,
): Promise<string | undefined> {
  try {
    const archive = await container.getArchive({ path: file });
    const entries = extract();
    let content: string | undefined;
    const reading = (async () => {
      for await (const entry of entries) content = await text(entry);
    })();
    await Promise.all([pipeline(archive, entries), reading]);
    return content;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw engineError(error);
  }
}
