import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * 12 hex digits that change with the build: the files of its context, names included, and what else
 * goes into it. As the image's tag they make Pulumi see a changed context, which the provider itself
 * does not look into.
 */
export function contextHash(folder: string, ...others: readonly string[]): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const file of files)
    hash
      .update(`${file.slice(folder.length)}\0`)
      .update(readFileSync(file))
      .update("\0");
  for (const other of others) hash.update(`${other}\0`);
  return hash.digest("hex").slice(0, 12);
}
