/** Pulumi's packages for the package's own program, in the versions that it was tested with. */
import { copyFile } from "node:fs/promises";
import path from "node:path";

import { runCommand } from "../../base/command.ts";
import { findOnPath, readText, replaceFolder } from "../../base/files/files.ts";
import { type CachePaths, packageFolder } from "../../base/files/paths.ts";
import type { Progress } from "../../base/progress/steps.ts";

const wanted = (file: string): string => path.join(packageFolder, "toolchain/sdk", file);
const lockFile = "package-lock.json";

/** A copy of the lock file, made last: a half-made install has none. */
const stamp = "installed.json";

/** Whether they are installed, as the lock file asks for. */
export async function findSdk({ sdk }: CachePaths): Promise<true | undefined> {
  const installed = await readText(path.join(sdk, stamp));
  return installed !== undefined && installed === (await readText(wanted(lockFile)))
    ? true
    : undefined;
}

export interface InstallSdkOptions {
  readonly cache: CachePaths;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

export async function installSdk({
  cache,
  progress,
  signal,
  env,
}: InstallSdkOptions): Promise<true> {
  if (findOnPath("npm", env["PATH"]) === undefined)
    throw new Error("npm is not on PATH: install it together with Node.js from https://nodejs.org");
  await progress.step("Installing Pulumi's packages (npm ci)", () =>
    replaceFolder(cache.sdk, async (aside) => {
      for (const file of ["package.json", lockFile]) {
        await copyFile(wanted(file), path.join(aside, file));
      }
      const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
      await runCommand("npm", args, {
        cwd: aside,
        log: path.join(cache.logs, "npm-ci.log"),
        env,
        signal,
      });
      await copyFile(wanted(lockFile), path.join(aside, stamp));
    }),
  );
  return true;
}
