/** Builds dist/, the content of the package: Node.js does not run TypeScript below node_modules. */
import { cp, rm } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { packageFolder } from "../base/files/paths.ts";

const at = (...names: string[]): string => path.join(packageFolder, ...names);

export async function buildPackage(): Promise<void> {
  await rm(at("dist"), { recursive: true, force: true });
  await execa("tsc", ["-p", "tsconfig.build.json"], {
    cwd: packageFolder,
    preferLocal: true,
    stdio: ["ignore", process.stderr, "inherit"],
  });
  // Read at run time, by its place beside the code.
  await cp(at("images"), at("dist", "images"), { recursive: true });
}
