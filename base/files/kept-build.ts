/** Results of a build, which are kept until a file that went into it is another, or one of them is. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";

import { writeWhole } from "./files.ts";

/** Whether all files are still what {@link keepBuild} has recorded. */
export function isBuilt(record: string): boolean {
  try {
    const hashes = JSON.parse(readFileSync(record, "utf8")) as Readonly<Record<string, string>>;
    return Object.entries(hashes).every(([file, hash]) => hashOf(file) === hash);
  } catch {
    return false;
  }
}

/**
 * Records the files of a build, by their absolute paths, in the file `record`.
 * @param began when the build did, in milliseconds since 1970: of a source that was written since nobody knows whether
 *   it went into the build, so that nothing is recorded
 */
export async function keepBuild(
  record: string,
  { sources, results, began }: KeptBuild,
): Promise<void> {
  const times = await Promise.all(sources.map(async (file) => (await stat(file)).mtimeMs));
  if (times.some((time) => time >= began)) return;
  const hashes = [...sources, ...results].map((file) => [file, hashOf(file)]);
  await writeWhole(record, JSON.stringify(Object.fromEntries(hashes)));
}

export interface KeptBuild {
  readonly sources: readonly string[];
  readonly results: readonly string[];
  readonly began: number;
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
