/** A scenario as a file: what it is by its content, and the function in it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import type { BuildFailure } from "esbuild";

import { messageOf } from "../../base/message.ts";
import type { Scenario } from "./scenario.ts";

/** What a plan knows of a scenario. */
export interface ScenarioFile {
  /** As config says it: absolute, or from the project's folder. */
  readonly file: string;
  /** 64 hex digits that change with the file and with every file that it imports by a relative path. */
  readonly digest: string;
}

/**
 * What the file is, without running anything of it.
 * @param folder What a relative path starts from.
 * @throws Error that says what is wrong with the file, without its name
 */
export async function scenarioFile(file: string, folder: string): Promise<ScenarioFile> {
  return { file, digest: await digestOf(path.resolve(folder, file)) };
}

/** The function in the file. @throws as {@link scenarioFile} */
export async function loadScenario(
  { file, digest }: ScenarioFile,
  folder: string,
): Promise<Scenario> {
  // With its digest: a process that lives long imports a file again that has changed.
  const url = `${pathToFileURL(path.resolve(folder, file)).href}?${digest}`;
  const { default: scenario } = await load(url);
  if (typeof scenario !== "function") {
    throw new Error(
      "it has no function as its default export; write `export default async (network) => { … }`",
    );
  }
  return scenario as Scenario;
}

async function load(url: string): Promise<{ readonly default?: unknown }> {
  try {
    return (await import(url)) as { readonly default?: unknown };
  } catch (error) {
    throw new Error(`it cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

/** Packages are left out: their versions are in the lock file of whoever uses them. So is what is imported for its types alone. */
async function digestOf(entry: string): Promise<string> {
  // Takes a moment to load, and few stacks have a scenario.
  const { build } = await import("esbuild");
  const folder = path.dirname(entry);
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: folder,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    metafile: true,
    write: false,
    logLevel: "silent",
  }).catch((error: unknown) => {
    throw new Error(firstProblem(error), { cause: error });
  });
  const hash = createHash("sha256");
  for (const name of Object.keys(metafile.inputs).toSorted()) {
    hash
      .update(`${name}\0`)
      .update(await readFile(path.join(folder, name)))
      .update("\0");
  }
  return hash.digest("hex");
}

/** esbuild's message is of many lines; its first error has text and place. */
function firstProblem(error: unknown): string {
  const { errors = [] } = error as Partial<BuildFailure>;
  const [first] = errors;
  if (first === undefined) return messageOf(error);
  const { text, location } = first;
  return location === null ? text : `${location.file}:${location.line}: ${text}`;
}
