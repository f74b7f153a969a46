/** Builds dist/, the content of the package: Node.js does not run TypeScript below node_modules. */
import { cp, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { packageFolder } from "../base/files/paths.ts";
import { explorerFiles } from "../bootstrap/plan/explorer-image.ts";
import { bundleExplorer } from "../explorer/image/bundle.ts";
import { buildPage } from "../explorer/page/files/build.ts";
import { builtFolder } from "../explorer/page/files/page-files.ts";
import { packStandIn, readyMade } from "../provider/docker/pack.ts";
import { bundleDependencies } from "./bundle-dependencies.ts";
import { keepPublicTypes } from "./public-types.ts";

const at = (...names: string[]): string => path.join(packageFolder, ...names);

/** Read at run time, by its place beside the code. */
const beside = [
  "Pulumi.yaml",
  "images",
  "network/plugin/pulumi-resource-regtest-network",
  "provider/regtest/pulumi-resource-regtest",
  "toolchain/language-host",
  "toolchain/pulumi-cli",
  "toolchain/sdk",
];

export async function buildPackage(): Promise<void> {
  await rm(at("dist"), { recursive: true, force: true });
  // `npm run check` checks the types, which takes more than half of the time.
  await execa("tsc", ["-p", "tsconfig.build.json", "--noCheck"], {
    cwd: packageFolder,
    preferLocal: true,
    stdio: ["ignore", process.stderr, "inherit"],
  });
  await keepPublicTypes(at("dist"), await typeEntries());
  const page = await buildPage();
  await bundleDependencies(at("dist"), page.packages);
  await mkdir(at("dist", builtFolder));
  for (const [name, content] of Object.entries(page.files))
    await writeFile(at("dist", builtFolder, name), content);
  for (const name of beside) await cp(at(name), at("dist", name), { recursive: true });
  await packStandIn(at("dist", readyMade));
  // Those that a clone has there are of another time.
  await rm(at("dist", explorerFiles), { recursive: true, force: true });
  for (const [name, content] of Object.entries((await bundleExplorer()).files)) {
    await mkdir(path.dirname(at("dist", explorerFiles, name)), { recursive: true });
    await writeFile(at("dist", explorerFiles, name), content);
  }
  await rewrite("Pulumi.yaml", (text) => text.replace("main: index.ts", "main: index.js"));
  for (const name of beside.filter((name) => name.includes("pulumi-resource-")))
    await rewrite(name, (text) => text.replace("main.ts", "main.js"));
  for await (const file of glob("**/*.{js,d.ts}", { cwd: at("dist") }))
    await rewrite(file, asTyped);
}

async function rewrite(name: string, change: (text: string) => string): Promise<void> {
  const file = at("dist", name);
  const before = await readFile(file, "utf8");
  const after = change(before);
  if (after !== before) await writeFile(file, after);
}

/**
 * What is typed here, in messages and docs, as it is typed with the package: `npx regtest-network up --stack dev` for
 * `npm run up -- --stack dev`.
 */
export function asTyped(text: string): string {
  return text
    .replaceAll(/\bnpm run (?:-s )?([a-z]+(?:-[a-z]+)*)(?: --(?= ))?/g, "npx regtest-network $1")
    .replaceAll(`"./bootstrap/index.ts"`, `"regtest-network"`);
}

/** The declarations that package.json exports, from dist/. */
async function typeEntries(): Promise<string[]> {
  const { exports } = JSON.parse(await readFile(at("package.json"), "utf8")) as {
    exports: Record<string, string | { readonly types: string }>;
  };
  return Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [] : [path.relative("dist", entry.types)],
  );
}
