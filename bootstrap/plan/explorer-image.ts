/** What the explorer's image is built from: images/explorer/, and in it the explorer's own files. */
import { execFileSync } from "node:child_process";
import path from "node:path";

import { isBuilt } from "../../base/files/kept-build.ts";
import { fromProject, isInstalled, keptFolder, packageFolder } from "../../base/files/paths.ts";

const context = "images/explorer";

/** The explorer's files, see explorer/image/. */
export const explorerFiles = `${context}/files`;

/** What of them is in the folder, and what it was made from. */
const record = path.join(keptFolder, "explorer-files.json");

let bundled = false;

/**
 * The build context, from where programs and plugins run. The package brings the explorer's files in it; in a clone of
 * the repository they are written there, so that a change of the code is a change of the image.
 */
export function explorerContext(): string {
  if (!isInstalled && !bundled) {
    bundleInto(path.join(packageFolder, explorerFiles), record);
    bundled = true;
  }
  return fromProject(context);
}

/** Writes the explorer's files into a folder where they are not those of the code; bundling takes a second of CPU. */
export function bundleInto(folder: string, record: string): void {
  if (isBuilt(record)) return;
  // In a process of its own: a program declares its resources without waiting for anything.
  const main = path.join(packageFolder, "explorer/image/bundle-main.ts");
  execFileSync(process.execPath, [main, folder, record], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
