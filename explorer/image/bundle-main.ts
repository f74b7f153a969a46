/** Writes the explorer's files into the folder that is given, as far as they are not there already. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

import { temporaryBeside } from "../../base/files/files.ts";
import { keptFolder } from "../../base/files/paths.ts";
import { bundleExplorer } from "./bundle.ts";

const [, , folder = ""] = process.argv;

for (const [name, content] of Object.entries(await bundleExplorer())) {
  const file = path.join(folder, name);
  const before = await readFile(file).catch(() => undefined);
  if (before?.equals(content) === true) continue;
  await mkdir(path.dirname(file), { recursive: true });
  await mkdir(keptFolder, { recursive: true });
  // Another run may read the folder meanwhile, to which half a file would be one more.
  const half = temporaryBeside(path.join(keptFolder, path.basename(file)));
  await writeFile(half, content);
  await rename(half, file);
}
