/** Writes the explorer's files into the folder that is given, as far as they are not there already, and a record of them. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

import { temporaryBeside } from "../../base/files/files.ts";
import { keepBuild } from "../../base/files/kept-build.ts";
import { keptFolder, packageFolder } from "../../base/files/paths.ts";
import { bundleExplorer } from "./bundle.ts";

const [, , folder = "", record = ""] = process.argv;

/** What decides, beside the files that go into it, what a bundle is: the versions of packages, and how it is made. */
const settings = [
  "package-lock.json",
  "tsconfig.json",
  "explorer/page/app/tsconfig.json",
  "explorer/image/bundle.ts",
  "explorer/page/files/build.ts",
].map((file) => path.join(packageFolder, file));

const began = Date.now();
const bundle = await bundleExplorer();
await mkdir(keptFolder, { recursive: true });
for (const [name, content] of Object.entries(bundle.files)) {
  const file = path.join(folder, name);
  const before = await readFile(file).catch(() => undefined);
  if (before?.equals(content) === true) continue;
  await mkdir(path.dirname(file), { recursive: true });
  // Another run may read the folder meanwhile, to which half a file would be one more.
  const half = temporaryBeside(path.join(keptFolder, path.basename(file)));
  await writeFile(half, content);
  await rename(half, file);
}
const results = Object.keys(bundle.files).map((name) => path.join(folder, name));
await keepBuild(record, { sources: [...settings, ...bundle.sources], results, began });
