/** The explorer as the files of its image: its program in one, and those of its page. */
import path from "node:path";

import { build, type Plugin } from "esbuild";

import { packageFolder } from "../../base/files/paths.ts";
import { buildPage } from "../page/files/build.ts";
import { builtFolder } from "../page/files/page-files.ts";

/** Some packages are CommonJS, and ask for Node's own modules at run time. */
const withRequire = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/** The page is built here: there, nothing asks for what builds it, which needs esbuild. */
const pageIsBuilt: Plugin = {
  name: "page-is-built",
  setup: (bundle) => {
    bundle.onResolve({ filter: /^\.\/build\.ts$/ }, ({ path }) => ({ path, external: true }));
  },
};

export interface ExplorerBundle {
  /** Path from the root of the image → content. The program looks for the page from where it lies itself. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Absolute paths of the files that they are made from. */
  readonly sources: readonly string[];
}

export async function bundleExplorer(): Promise<ExplorerBundle> {
  const program = build({
    absWorkingDir: packageFolder,
    entryPoints: ["explorer/main.ts"],
    bundle: true,
    minify: true,
    // In messages and errors, names are as they are in the code.
    keepNames: true,
    format: "esm",
    platform: "node",
    target: "node24",
    plugins: [pageIsBuilt],
    banner: { js: withRequire },
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  const [{ outputFiles, metafile }, page] = await Promise.all([program, buildPage()]);
  const sources = Object.keys(metafile.inputs).map((file) => path.join(packageFolder, file));
  return {
    files: {
      "explorer/program/explorer.mjs": outputFiles[0]?.contents ?? new Uint8Array(),
      ...Object.fromEntries(
        Object.entries(page.files).map(([name, content]) => [`${builtFolder}/${name}`, content]),
      ),
    },
    sources: [...new Set([...sources, ...page.sources])],
  };
}
