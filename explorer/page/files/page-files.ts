/** What the browser loads of the page. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { isInstalled, packageFolder } from "../../../base/files/paths.ts";

export interface PageFile {
  /** Its `content-type`. */
  readonly type: string;
  readonly body: Uint8Array;
}

/** Where the package has them built. */
export const builtFolder = "explorer/page/files/built";

/** Path in URLs → name in {@link builtFolder} and type. */
export const served = {
  "/": { name: "index.html", type: "text/html; charset=utf-8" },
  "/page/app.js": { name: "app.js", type: "text/javascript; charset=utf-8" },
  "/page/app.css": { name: "app.css", type: "text/css; charset=utf-8" },
  "/page/icon.svg": { name: "icon.svg", type: "image/svg+xml" },
} as const;

let files: Promise<ReadonlyMap<string, PageFile>> | undefined;

/**
 * By their paths in URLs: `/`, `/page/app.js`, `/page/app.css`, `/page/icon.svg`. The package brings them built; in a
 * clone of the repository they are built when they are first asked for, which takes some 100 ms.
 */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  files ??= (isInstalled ? readBuilt() : build()).catch((error: unknown) => {
    files = undefined;
    throw error;
  });
  return await files;
}

async function readBuilt(): Promise<ReadonlyMap<string, PageFile>> {
  return await named((name) => readFile(path.join(packageFolder, builtFolder, name)));
}

async function build(): Promise<ReadonlyMap<string, PageFile>> {
  const { buildPage } = await import("./build.ts");
  const { files: built } = await buildPage();
  return await named((name) => built[name]);
}

async function named(
  read: (name: (typeof served)[keyof typeof served]["name"]) => Uint8Array | Promise<Uint8Array>,
): Promise<ReadonlyMap<string, PageFile>> {
  return new Map(
    await Promise.all(
      Object.entries(served).map(
        async ([url, { name, type }]) => [url, { type, body: await read(name) }] as const,
      ),
    ),
  );
}
