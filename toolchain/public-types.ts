/** The declarations of the package: those that its entries reach, which need no types but their user's own. */
import { glob, readFile, rm } from "node:fs/promises";
import path from "node:path";

/** The packages whose types a declaration may name: peers, whose users have them. */
const peers = /^(?:node:|@pulumi\/|vitest$)/;

/**
 * Removes the other declarations.
 * @param folder of the compiled modules
 * @param entries the entries' declarations, from that folder
 * @throws Error that names what a declaration imports although its user need not have it
 */
export async function keepPublicTypes(folder: string, entries: readonly string[]): Promise<void> {
  const reached = new Set<string>();
  for (const entry of entries) await reach(folder, path.normalize(entry), reached);
  for await (const file of glob("**/*.d.ts", { cwd: folder }))
    if (!reached.has(file)) await rm(path.join(folder, file));
}

async function reach(folder: string, file: string, reached: Set<string>): Promise<void> {
  if (reached.has(file)) return;
  reached.add(file);
  const text = await readFile(path.join(folder, file), "utf8");
  for (const [, from = ""] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)) {
    if (from.startsWith(".")) {
      const declared = from.replace(/\.(?:ts|js)$/, ".d.ts");
      await reach(folder, path.join(path.dirname(file), declared), reached);
    } else if (!peers.test(from)) {
      throw new Error(
        `${file} names types of ${from}, which the package does not bring: give them a type of its own, or mark them @internal`,
      );
    }
  }
}
