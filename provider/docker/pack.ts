/** Packs the stand-in as `pulumi plugin install resource docker VERSION --file ARCHIVE` takes it. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { copyFile, glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";

import { pack } from "tar-stream";

import { isInstalled, packageFolder } from "../../base/files/paths.ts";

/** The archive, which the package has ready-made. */
export const readyMade = "provider/docker/stand-in.tar.gz";

/** Files that the bundle is made of, or that decide what goes into it. */
const sources = isInstalled
  ? readyMade
  : ["{base,engine,provider/docker,provider/server}/**/*.ts", "package-lock.json"];

/** What Pulumi starts. `node` is the one on PATH, as for the program itself. */
const starter = `#!/bin/sh
exec node "$(dirname "$0")/provider.mjs" "$@"
`;

/** Some of the bundled libraries are CommonJS and ask for built-in modules at run time. */
const banner = `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);`;

/**
 * Write the plugin's archive (tar, gzip) to `archivePath`: the stand-in bundled into one file, which starts faster than
 * its hundreds of modules and needs nothing of this checkout, and the executable that starts it.
 */
export async function packStandIn(archivePath: string): Promise<void> {
  if (isInstalled) {
    await copyFile(join(packageFolder, readyMade), archivePath);
    return;
  }
  const archive = pack();
  // Fixed times: the same sources make the same archive.
  const mtime = new Date(0);
  archive.entry({ name: "pulumi-resource-docker", mode: 0o755, mtime }, starter);
  archive.entry({ name: "provider.mjs", mode: 0o644, mtime }, await bundled());
  archive.finalize();
  await pipeline(archive, createGzip(), createWriteStream(archivePath));
}

/** A digest of the stand-in's sources: another one means that the installed plugin is out of date. */
export async function standInDigest(): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(sources, { cwd: packageFolder })) files.push(file);
  const digest = createHash("sha256");
  for (const file of files.sort()) {
    digest
      .update(file)
      .update("\0")
      .update(await readFile(join(packageFolder, file)))
      .update("\0");
  }
  return digest.digest("hex");
}

async function bundled(): Promise<string> {
  // Here, since the digest is asked for much more often than the bundle.
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [fileURLToPath(new URL("main.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node22",
    banner: { js: banner },
    // Asked for by a bundled CommonJS library; an ES module has it under another name.
    define: { __dirname: "import.meta.dirname" },
    // Native add-ons that the SSH library can do without.
    external: ["cpu-features", "*.node"],
    legalComments: "none",
    logLevel: "error",
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error("esbuild made no bundle of the stand-in");
  return output.text;
}
