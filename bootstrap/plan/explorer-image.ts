/** What the explorer's image is built from: images/explorer/, and in it the explorer's own files. */
import { execFileSync } from "node:child_process";
import path from "node:path";

import { fromProject, isInstalled, packageFolder } from "../../base/files/paths.ts";

const context = "images/explorer";

/** The explorer's files, see explorer/image/. */
export const explorerFiles = `${context}/files`;

let bundled = false;

/**
 * The build context, from where programs and plugins run. The package brings the explorer's files in it; in a clone of
 * the repository they are written there, so that a change of the code is a change of the image.
 */
export function explorerContext(): string {
  if (!isInstalled && !bundled) {
    // In a process of its own: a program declares its resources without waiting for anything.
    const main = path.join(packageFolder, "explorer/image/bundle-main.ts");
    execFileSync(process.execPath, [main, path.join(packageFolder, explorerFiles)], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    bundled = true;
  }
  return fromProject(context);
}
