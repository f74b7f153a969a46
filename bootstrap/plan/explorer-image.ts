/** What the explorer's image is built from: images/explorer/, and the explorer's code as one file. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import type * as esbuild from "esbuild";

import { fromProject, isInstalled, keptFolder, packageFolder } from "../../base/files/paths.ts";
import { temporaryBeside } from "../../base/files/files.ts";

const folder = "images/explorer";
const program = `${folder}/explorer.mjs`;

/** Some packages are CommonJS, and ask for Node's own modules at run time. */
const withRequire = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

let bundled = false;

/**
 * The build context, from where programs and plugins run. The package brings the explorer's code in it; in a clone of
 * the repository it is written there, so that a change of the code is a change of the image.
 */
export function explorerContext(): string {
  if (!isInstalled && !bundled) {
    writeIfOther(path.join(packageFolder, program), bundleExplorer());
    bundled = true;
  }
  return fromProject(folder);
}

/** The text of the explorer's program, from the sources of this clone. */
export function bundleExplorer(): string {
  // The package does not have it, and needs it for nothing else.
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof esbuild;
  const { outputFiles } = buildSync({
    absWorkingDir: packageFolder,
    entryPoints: ["explorer/main.ts"],
    bundle: true,
    minify: true,
    // In messages and errors, names are as they are in the code.
    keepNames: true,
    format: "esm",
    platform: "node",
    target: "node24",
    banner: { js: withRequire },
    legalComments: "none",
    logLevel: "warning",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** Another run may read it meanwhile. */
function writeIfOther(file: string, text: string): void {
  try {
    if (readFileSync(file, "utf8") === text) return;
  } catch {
    // It is not there yet.
  }
  // Not beside it: there it would be part of the context.
  mkdirSync(keptFolder, { recursive: true });
  const half = temporaryBeside(path.join(keptFolder, path.basename(file)));
  try {
    writeFileSync(half, text);
    renameSync(half, file);
  } finally {
    rmSync(half, { force: true });
  }
}
