/** The Pulumi project that commands work on. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { readText, writeWhole } from "../../base/files/files.ts";
import {
  type CachePaths,
  packageFolder,
  projectFolder,
  projectVariable,
} from "../../base/files/paths.ts";
import { credentialsFile } from "../../provider/regtest/backend.ts";

export interface PulumiProject {
  /** Where the Pulumi CLI runs: the folder with Pulumi.yaml. */
  readonly folder: string;
  /** Where what its program imports is installed. */
  readonly modules: string;
  /** Whether it is the package's own program, which is installed without what it imports of Pulumi. */
  readonly isPackage: boolean;
  /** Whether it is somebody's own, who logged in to a backend: login, plugins and passphrase are theirs. */
  readonly ownPulumi: boolean;
}

const names = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** The project in the folder, or in a folder without one the package's own program. */
export async function findProject(
  cache: CachePaths,
  env: NodeJS.ProcessEnv,
): Promise<PulumiProject> {
  if (!names.some((name) => existsSync(path.join(projectFolder, name)))) {
    await writeProject(cache.project);
    return { folder: cache.project, modules: cache.sdk, isPackage: true, ownPulumi: false };
  }
  return {
    ...{ folder: projectFolder, modules: projectFolder, isPackage: false },
    ownPulumi: projectFolder !== packageFolder && existsSync(credentialsFile(env)),
  };
}

/** The package's Pulumi.yaml for another folder: with its stacks' files there, and program and plugin where they are. */
async function writeProject(folder: string): Promise<void> {
  const place = (file: string): string => JSON.stringify(path.join(packageFolder, file));
  const own = await readFile(path.join(packageFolder, "Pulumi.yaml"), "utf8");
  const text = own
    .replace(/^main: (\S+)$/m, (_, file: string) => `main: ${place(file)}\nstackConfigDir: ..`)
    .replaceAll(
      /^( +path:) (\.\/\S+)$/gm,
      (_, key: string, file: string) => `${key} ${place(file)}`,
    );
  const file = path.join(folder, "Pulumi.yaml");
  if ((await readText(file)) !== text) await writeWhole(file, text);
}

/** What the package's own program and its plugin need in their environment. */
export function programVariables(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    [projectVariable]: projectFolder,
    NODE_OPTIONS: [given["NODE_OPTIONS"], `--import=${beside("imports").href}`]
      .filter(Boolean)
      .join(" "),
  };
}

/** Names to Pulumi's language host what runs a program. */
export const runnerVariable = "PULUMI_LANGUAGE_NODEJS_RUN_PATH";

/** What runs the project's own program, in a clone as with the package. */
export function runnerVariables({
  isPackage,
  folder,
}: Pick<PulumiProject, "isPackage" | "folder">): NodeJS.ProcessEnv {
  const isOwn = isPackage || folder === packageFolder;
  return isOwn ? { [runnerVariable]: fileURLToPath(beside("runner")) } : {};
}

/** A module in this folder: compiled, with the package. */
function beside(name: string): URL {
  return new URL(name + path.extname(import.meta.url), import.meta.url);
}
