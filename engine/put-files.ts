/** Files of a container, written through the engine. */
import { buffer } from "node:stream/consumers";

import type Docker from "dockerode";
import { extract, pack } from "tar-stream";

import { engineError, isNotFound } from "./engine-error.ts";

/** Path in the container → content. Anybody in the container can read them; folders that are missing are made. */
export async function putFiles(
  container: Docker.Container,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const tar = pack();
  for (const [path, content] of Object.entries(files))
    tar.entry({ name: path.replace(/^\/+/, ""), mode: 0o444 }, content);
  tar.finalize();
  try {
    await container.putArchive(await buffer(tar), { path: "/" });
  } catch (error) {
    throw engineError(error);
  }
}

/** Makes a folder, and those above it that are missing. */
export async function putFolder(container: Docker.Container, path: string): Promise<void> {
  const tar = pack();
  tar.entry({ name: `${path.replace(/^\/+/, "")}/`, type: "directory", mode: 0o755 });
  tar.finalize();
  try {
    await container.putArchive(await buffer(tar), { path: "/" });
  } catch (error) {
    throw engineError(error);
  }
}

/** The content of a file; undefined where there is none. */
export async function readFileIn(
  container: Docker.Container,
  path: string,
): Promise<string | undefined> {
  try {
    const archive = extract();
    (await container.getArchive({ path })).pipe(archive);
    for await (const entry of archive) return (await buffer(entry)).toString("utf8");
    return undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw engineError(error);
  }
}
