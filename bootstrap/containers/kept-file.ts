/** Small files in a node's datadir, which outlast its container's stops: whether it runs or not, they can be read and written. */
import { buffer, text } from "node:stream/consumers";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import type Docker from "dockerode";
import { extract, pack } from "tar-stream";

import { engineError, isNotFound } from "../../engine/engine-error.ts";
import { bitcoinOwner, datadir } from "./datadir.ts";

/** What is in the file; "" when there is none. */
export async function readKept(container: Docker.Container, name: string): Promise<string> {
  try {
    const archive = await container.getArchive({ path: path.posix.join(datadir, name) });
    const entries = extract();
    let content = "";
    const reading = (async () => {
      for await (const entry of entries) content = await text(entry);
    })();
    await Promise.all([pipeline(archive, entries), reading]);
    return content;
  } catch (error) {
    if (isNotFound(error)) return "";
    throw engineError(error);
  }
}

export async function keep(
  container: Docker.Container,
  name: string,
  content: string,
): Promise<void> {
  const tar = pack();
  tar.entry({ name, ...bitcoinOwner, mode: 0o600 }, content);
  tar.finalize();
  try {
    await container.putArchive(await buffer(tar), { path: datadir });
  } catch (error) {
    throw engineError(error);
  }
}
