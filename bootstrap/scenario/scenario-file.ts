/** A scenario as a file: what it is by its content, and the function in it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { isError } from "../../base/is-error.ts";
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
    throw new Error(`it cannot be loaded: ${placeOf(error)}${messageOf(error)}`, { cause: error });
  }
}

/** `scenario.ts:2: ` for what is no TypeScript; of that alone the stack begins with the place. */
function placeOf(error: unknown): string {
  if (!isError(error) || error.name !== "SyntaxError") return "";
  const [, file, line] = /^file:\S*\/([^/?\s]+)(?:\?\w+)?:(\d+)\n/.exec(error.stack ?? "") ?? [];
  return line === undefined ? "" : `${file}:${line}: `;
}

/** Packages are left out: their versions are in the lock file of whoever uses them. So is what is imported for its types alone. */
async function digestOf(entry: string): Promise<string> {
  const files = new Map<string, Buffer>();
  await gather(entry, files);
  if (!files.has(entry)) throw new Error("there is no such file");
  const folder = path.dirname(entry);
  const named = [...files].map(([file, content]) => [namedFrom(folder, file), content] as const);
  const hash = createHash("sha256");
  for (const [name, content] of named.toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0`).update(content).update("\0");
  return hash.digest("hex");
}

function namedFrom(folder: string, file: string): string {
  return path.relative(folder, file).replaceAll(path.sep, "/");
}

/** Adds the file, and what it imports. One that is not there is left out: loading tells of it. */
async function gather(file: string, files: Map<string, Buffer>): Promise<void> {
  if (files.has(file)) return;
  const content = await readFile(file).catch((error: unknown) => {
    if (!["ENOENT", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  });
  if (content === undefined) return;
  files.set(file, content);
  for (const [, names = "", imported, loaded] of content.toString("utf8").matchAll(imports)) {
    if (typesAlone.test(names)) continue;
    await gather(path.resolve(path.dirname(file), imported ?? loaded ?? ""), files);
  }
}

/** Imports by relative paths, re-exports and `import("./…")` among them. One in a comment counts too, and does no harm. */
const imports =
  /\b(?:import|export)\b\s*([\w$*{},\s]*?)(?:\bfrom\s*)?["'](\.{1,2}\/[^"'\n]+)["']|\bimport\(\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

const typesAlone = /^type\b|^\{(?:\s*type\s[^,}]+,?)+\s*\}/;
