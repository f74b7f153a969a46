/** What the files of one test run share: made by the first that asks for it, gone when the run ends. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { freePort } from "../../engine/free-ports.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { withLock } from "../../base/files/lock.ts";

/** Names the run's folder to the processes of its files. */
export const runFolderVariable = "REGTEST_TEST_RUN";

/** What is in it is gone when the run ends. */
export function runFolder(): string {
  const folder = process.env[runFolderVariable];
  if (folder === undefined) throw new Error("no test run: see globalSetup in vitest.config.ts");
  return folder;
}

/** What was made under this name so far; `undefined`: nothing yet. */
export async function madeInRun<T>(name: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path.join(runFolder(), `${name}.json`), "utf8")) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes a thing once in a run, however many files ask, at the same time or later. When making it fails, the next
 * file that asks tries again.
 * @param make returns what leads to the thing, such as its name, as JSON can hold it
 */
export async function onceInRun<T>(name: string, make: () => Promise<T>): Promise<T> {
  const made = await madeInRun<T>(name);
  if (made !== undefined) return made;
  const progress = streamProgress(process.stderr);
  const lockfile = path.join(runFolder(), `${name}.lock`);
  // A process that is kept busy by a loaded machine is not dead.
  const options = { what: `making the tests' ${name}`, progress, staleMs: 60_000 };
  return await withLock(lockfile, options, async () => {
    const found = await madeInRun<T>(name);
    if (found !== undefined) return found;
    const fresh = await make();
    await writeFile(path.join(runFolder(), `${name}.json`), JSON.stringify(fresh));
    return fresh;
  });
}

/** Ports on 127.0.0.1 that are free, and that no other file of this run is given. */
export async function ownPorts(count: number): Promise<number[]> {
  const folder = path.join(runFolder(), "ports");
  await mkdir(folder, { recursive: true });
  const tried = new Set<number>();
  const own: number[] = [];
  while (own.length < count) {
    const port = await freePort(tried);
    tried.add(port);
    if (await isFirst(path.join(folder, String(port)))) own.push(port);
  }
  return own;
}

async function isFirst(file: string): Promise<boolean> {
  try {
    await writeFile(file, "", { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
