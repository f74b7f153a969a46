/** The project's own files that a kill or a full disk may have truncated: each is recognised by its name, and repaired where that is safe. */
import { open, rm } from "node:fs/promises";
import path from "node:path";

import { entriesOf, jsonIn, sizeOf, writeWhole } from "../base/files/files.ts";
import type { CachePaths } from "../base/files/paths.ts";

/** What Pulumi writes there since it keeps stacks by project, as it does in every state of this project. */
const storeVersion = "version: 1\n";

/**
 * Looks at the end of each file that Pulumi would read, and only say "unexpected end of JSON input" of.
 * @param tell gets a line for each file that was put right
 * @throws Error that names a file that only a person can put right, and says how
 */
export async function checkStateFiles(
  cache: CachePaths,
  tell: (line: string) => void,
): Promise<void> {
  // Only which stack is selected; every command here names its own.
  for (const file of await jsonIn(path.join(cache.home, "workspaces"))) {
    if ((await isWhole(file)) !== false) continue;
    await rm(file, { force: true });
    tell(`Removed ${file}, which was truncated; it held only the name of the selected stack.`);
  }
  const store = path.join(cache.state, ".pulumi");
  const projects = await entriesOf(path.join(store, "stacks"));
  const stacks = (await Promise.all(projects.map(jsonIn))).flat();
  const version = path.join(store, "meta.yaml");
  if ((await sizeOf(version)) === 0) {
    await writeWhole(version, storeVersion);
    tell(`Rewrote ${version}, which was empty.`);
  }
  for (const file of stacks) {
    if ((await isWhole(file)) === false) throw new Error(await lostText(file));
  }
  if (stacks.length > 0 && (await sizeOf(cache.passphrase)) === 0) {
    throw new Error(
      `${cache.passphrase} is empty, and the secrets of ${stacks.length} stacks cannot be read without it; ` +
        "put it back from a backup",
    );
  }
}

async function lostText(file: string): Promise<string> {
  const lost = `${file}, the state of a stack, is incomplete: a run was killed while writing it, or the disk was full`;
  const backup = `${file}.bak`;
  return (await isWhole(backup)) === true
    ? `${lost}; restore the one before it with cp '${backup}' '${file}', then npm run up updates it`
    : `${lost}, and so is its backup; move it away, and remove the stack's containers, volumes and images ` +
        "by their label, see CONTRIBUTING.md";
}

/** Whether it ends as an object in JSON does; undefined when it is not there. What is written from its beginning on has lost its end, if anything. */
async function isWhole(file: string): Promise<boolean | undefined> {
  const size = await sizeOf(file);
  if (size === undefined) return undefined;
  const handle = await open(file);
  try {
    const length = Math.min(size, 64);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8").trimEnd().endsWith("}");
  } finally {
    await handle.close();
  }
}
