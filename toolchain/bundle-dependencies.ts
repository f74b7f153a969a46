/**
 * Puts the code of the packages that the compiled package imports into it. Installed beside it they are 45 MB: the
 * Docker client alone brings SSH, gRPC and native add-ons, none of which is used here.
 */
import { glob, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import {
  build,
  type Metafile,
  type OnResolveArgs,
  type OnResolveResult,
  type Plugin,
} from "esbuild";

/**
 * What stays where its user has it: peers, and tools of this repository. Of Pulumi's messages the plugin has its own:
 * not every package manager lets it find what comes with a peer.
 */
const external = /^(?:@pulumi\/|vitest$|esbuild$)/;
const messages = "@pulumi/pulumi/proto/";

/** Parts of the Docker client for what is not used: BuildKit's sessions and output, and engines behind SSH. */
const unused =
  /[\\/](?:dockerode[\\/]lib[\\/](?:buildkit|session)|docker-modem[\\/]lib[\\/]ssh)\.js$/;

/** Some of the packages are CommonJS and ask for built-in modules at run time. */
const withRequire = `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
`;

/** The project's modules stay single files, which find each other and what lies beside them by their places. */
const packagesOnly: Plugin = {
  name: "packages-only",
  setup: (bundle) => {
    bundle.onResolve({ filter: /^\./ }, keep);
    bundle.onResolve({ filter: external }, keep);
    bundle.onLoad({ filter: unused }, () => ({ contents: "module.exports = {};" }));
  },
};

/** A module's own imports stay as they are written; those of packages are followed. */
function keep({ path: imported, importer, kind }: OnResolveArgs): OnResolveResult | undefined {
  const followed =
    kind === "entry-point" || importer.includes("node_modules") || imported.startsWith(messages);
  return followed ? undefined : { path: imported, external: true };
}

/**
 * @param folder of the compiled modules, which are written again there
 * @param others absolute paths of files of packages whose code is in the package by other means
 */
export async function bundleDependencies(
  folder: string,
  others: readonly string[] = [],
): Promise<void> {
  const entryPoints: string[] = [];
  for await (const file of glob("**/*.js", { cwd: folder })) entryPoints.push(file);
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints,
    outdir: folder,
    outbase: folder,
    allowOverwrite: true,
    bundle: true,
    // What several modules import is there once.
    splitting: true,
    chunkNames: "packages/[hash]",
    format: "esm",
    platform: "node",
    target: "node24",
    plugins: [packagesOnly],
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  refuseLazyCommonJs(metafile);
  await mkdir(path.join(folder, "packages"));
  for (const { path: file, text } of outputFiles)
    await writeFile(file, text.includes("var __require = ") ? withRequire + text : text);
  await writeFile(
    path.join(folder, "LICENSES.txt"),
    await licences(folder, [...Object.keys(metafile.inputs), ...others]),
  );
}

/** @throws Error for a CommonJS package that is imported by `import()`: bundled, it has no names but `default` */
function refuseLazyCommonJs({ outputs }: Pick<Metafile, "outputs">): void {
  for (const [file, { imports }] of Object.entries(outputs)) {
    for (const { path: imported, kind } of imports) {
      const exports = outputs[imported]?.exports.join();
      if (kind !== "dynamic-import" || exports !== "default") continue;
      throw new Error(
        `${file} imports a CommonJS package by import(); let it import a module that imports the package`,
      );
    }
  }
}

/** The licences of the packages whose code is in the package. */
async function licences(folder: string, files: readonly string[]): Promise<string> {
  const folders = new Set(
    files.flatMap((input) => {
      const [found] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.resolve(folder, input)) ?? [];
      return found === undefined ? [] : [found];
    }),
  );
  const texts = [...folders].toSorted().map(async (at) => {
    const { name, version, license } = JSON.parse(
      await readFile(path.join(at, "package.json"), "utf8"),
    ) as { name: string; version: string; license?: string };
    const files: string[] = [];
    for await (const file of glob("{LICEN[SC]E,licen[sc]e}*", { cwd: at })) files.push(file);
    const [file] = files.toSorted();
    const text = file === undefined ? "" : await readFile(path.join(at, file), "utf8");
    return `${name} ${version} (${license ?? "see below"})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
