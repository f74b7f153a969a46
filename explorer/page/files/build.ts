/** Builds the page from its source, with esbuild, which only a clone of the repository has. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { build } from "esbuild";

import { packageFolder } from "../../../base/files/paths.ts";

const source = path.join(packageFolder, "explorer/page/app");

export interface BuiltPage {
  readonly files: Readonly<Record<"index.html" | "icon.svg" | "app.js" | "app.css", Uint8Array>>;
  /** Absolute paths of the files that it is made from, and of those of packages among them. */
  readonly sources: readonly string[];
  readonly packages: readonly string[];
}

export async function buildPage(): Promise<BuiltPage> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: source,
    entryPoints: [
      { in: "main.tsx", out: "app" },
      { in: "style/app.css", out: "app" },
    ],
    outdir: source,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: ["chrome120", "firefox121", "safari17.4"],
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  const output = (name: string): Uint8Array => {
    const file = outputFiles.find(({ path: at }) => path.basename(at) === name);
    if (file === undefined) throw new Error(`the build of the page left no ${name}`);
    return file.contents;
  };
  const sources = Object.keys(metafile.inputs).map((file) => path.resolve(source, file));
  const copied = ["index.html", "icon.svg"].map((name) => path.join(source, name));
  return {
    files: {
      "index.html": await readFile(path.join(source, "index.html")),
      "icon.svg": await readFile(path.join(source, "icon.svg")),
      "app.js": output("app.js"),
      "app.css": output("app.css"),
    },
    sources: [...sources, ...copied],
    packages: sources.filter((file) => file.includes("/node_modules/")),
  };
}
