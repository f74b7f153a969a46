import { randomBytes } from "node:crypto";
import { accessSync, constants, statSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { isError } from "../is-error.ts";

/** The object in a JSON file; `undefined` when there is no such file or it holds no JSON object. */
export async function readRecord(file: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (isError(error) && error.name === "SyntaxError") return undefined;
    throw error;
  }
}

/** The text of a file; `undefined` when there is no such file. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Writes the whole file or nothing: a reader never sees half of it. Makes the folder. */
export async function writeWhole(file: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const half = temporaryBeside(file);
  await writeFile(half, content, { mode });
  await rename(half, file);
}

/**
 * Lets `fill` make a folder aside and puts it in place of `folder` when it is done.
 * Nothing is left of it when `fill` fails; what a killed process left is removed by the next call.
 */
export async function replaceFolder(
  folder: string,
  fill: (aside: string) => Promise<void>,
): Promise<void> {
  const aside = `${folder}.new`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  try {
    await fill(aside);
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Bytes of a file; `undefined` when it is not there. */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Paths of the files in a folder whose names end with `.json`; none when there is no such folder. */
export async function jsonIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).filter((name) => name.endsWith(".json"));
}

/** Paths of what is in a folder; none when there is no such folder. */
export async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => path.join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The first folder of a PATH that holds this program. */
export function findOnPath(program: string, searchPath: string | undefined): string | undefined {
  for (const folder of (searchPath ?? "").split(path.delimiter)) {
    if (folder === "") continue;
    const candidate = path.join(folder, program);
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      // Not here, or not for us: the next folder may have it.
    }
  }
  return undefined;
}

/** A name next to `file`, so that a rename to it stays on one file system. */
export function temporaryBeside(file: string): string {
  return `${file}.${randomBytes(4).toString("hex")}.new`;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
