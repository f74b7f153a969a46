/*
 * Exits with 0 when node_modules holds exactly what package-lock.json asks for, as far as this platform needs it.
 * For run.sh, which has nothing but Node at that point: no imports from node_modules here.
 */
import { readFileSync } from "node:fs";

type Packages = Readonly<
  Record<string, { readonly version?: string; readonly optional?: boolean }>
>;

/** npm writes node_modules/.package-lock.json as the last thing of an install. */
function packagesOf(file: string): Packages {
  const { packages = {} } = JSON.parse(readFileSync(file, "utf8")) as { packages?: Packages };
  return packages;
}

try {
  const installed = packagesOf("node_modules/.package-lock.json");
  const wanted = Object.entries(packagesOf("package-lock.json")).filter(([path]) => path !== "");
  const there = wanted.every(([path, { version, optional }]) => {
    const found = installed[path];
    // An optional package that is made for another platform is left out.
    return found === undefined ? optional === true : found.version === version;
  });
  const known = new Set(wanted.map(([path]) => path));
  process.exitCode = there && Object.keys(installed).every((path) => known.has(path)) ? 0 : 1;
} catch {
  process.exitCode = 1;
}
