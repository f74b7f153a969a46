import path from "node:path";

import { ensureState, pulumiEnvironment } from "./environment.ts";
import { withLock } from "./lock.ts";
import { cachePaths } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { findPulumi } from "./pulumi-cli.ts";
import { readSettings } from "./settings.ts";

export interface EnsureOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Whether the program is going to run, so that a Docker engine and a base image are needed. Default: yes. */
  readonly program?: boolean;
}

/** What {@link ensureToolchain} hands over: all that a child process needs to be run with. */
export interface Environment {
  /** The whole environment for the Pulumi CLI; `pulumi` is on its PATH. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Sets up whatever of the toolchain is missing, in order, and says so while it does it. When nothing is missing it
 * writes nothing and takes a fraction of a second. Safe to run twice at once.
 * @throws {Error} that says what to install where this machine, or this user, cannot set a part up
 */
export async function ensureToolchain({
  progress,
  signal,
  program = true,
}: EnsureOptions): Promise<Environment> {
  const settings = readSettings(process.env);
  const cache = cachePaths();
  const searchPath = process.env["PATH"];

  await ensureState(cache);
  let pulumiFolder = await findPulumi(cache, searchPath);
  pulumiFolder ??= await withLock(cache, { progress, signal }, async () => {
    const { installPulumi } = await import("./pulumi-install.ts");
    const options = { cache, progress, signal, env: process.env };
    await installPulumi({ ...options, downloadBase: settings.cliDownloadBase });
    return findPulumi(cache, searchPath);
  });
  if (pulumiFolder === undefined) throw new Error("the Pulumi CLI was installed and is not there");
  return {
    env: pulumiEnvironment(process.env, {
      cache,
      pulumiFolder,
      nodeFolder: path.dirname(process.execPath),
      baseImage: program ? settings.baseImage : undefined,
    }),
  };
}
