import { mkdir } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";

import type { FoundEngine } from "../engine/client.ts";
import type { EngineInput } from "../engine/engine-input.ts";
import { PodmanError } from "../engine/podman.ts";
import { findBaseImage } from "./base-image.ts";
import { dockerPluginVersion, findDockerPlugin } from "./docker-plugin.ts";
import { type EnvironmentParts, ensureState, pulumiEnvironment } from "./environment.ts";
import { cachePaths, type CachePaths, keptFolder } from "../base/files/paths.ts";
import type { Progress } from "../base/progress/steps.ts";
import { together } from "../base/together.ts";
import { findProject } from "./program/project.ts";
import { findPulumi } from "./pulumi/cli.ts";
import { readSettings, type Settings } from "./settings.ts";
import { checkStateFiles } from "./state-files.ts";

export interface EnsureOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Whether the program is going to run, and needs an engine, the Docker plugin and a base image. Default: yes. */
  readonly program?: boolean;
  /**
   * Names the engine that the program is going to build on; it must answer. Default, also where it names none: the one
   * that this process finds by itself, which is set up if need be.
   * @param environment as far as it is known before the Pulumi CLI is there
   */
  readonly engineOf?: (environment: Environment) => Promise<EngineInput | undefined>;
}

/** What {@link ensureToolchain} hands over. */
export interface Environment {
  /** The whole environment for the Pulumi CLI; `pulumi` is on its PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** Where it runs. */
  readonly folder: string;
}

/**
 * Sets up whatever of the toolchain is missing, parts that do not need each other at once, and says so while it does it. When nothing is missing it
 * writes nothing and takes a fraction of a second. Safe to run twice at once.
 * @throws {Error} that says what to install where this machine, or this user, cannot set a part up
 */
export async function ensureToolchain(options: EnsureOptions): Promise<Environment> {
  const { program = true, engineOf } = options;
  const cache = cachePaths();
  const { env: own } = process;
  const run: Run = { ...options, cache, settings: readSettings(own), env: own, mayInstall: true };

  await checkStateFiles(cache, (line) => {
    options.progress.note(line);
  });
  const project = await findProject(cache, own);
  if (!project.ownPulumi) await ensureState(cache);
  await mkdir(cache.root, { recursive: true });
  const nodeFolder = path.dirname(process.execPath);
  const environmentWith = (parts: Partial<EnvironmentParts>): Environment => ({
    env: pulumiEnvironment(own, { cache, project, nodeFolder, ...parts }),
    folder: project.folder,
  });
  // Before anything long: without an engine, and rights to set one up, the rest is in vain.
  const found = program
    ? await ensureEngine(run, await engineOf?.(environmentWith({})))
    : undefined;
  // Building the CLI takes minutes, in which nothing else has to wait for it.
  const [pulumiFolder, baseImage] = await together<[string, string | undefined, undefined]>(
    run.signal,
    [
      (signal) => ensurePulumi({ ...run, signal }),
      async (signal) =>
        found === undefined ? undefined : await ensureBaseImage(found.docker, { ...run, signal }),
      async (signal) => {
        if (found !== undefined && project.isPackage) await ensureSdk({ ...run, signal });
        return undefined;
      },
    ],
  );
  const environment = environmentWith({ pulumiFolder, baseImage, engine: found?.endpoint });
  if (found !== undefined && !project.ownPulumi)
    await ensureDockerPlugin({ ...run, env: environment.env }, project.modules);
  return environment;
}

/** What every part is given. */
interface Run {
  readonly cache: CachePaths;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Whether packages that are missing may be installed on this machine. */
  readonly mayInstall: boolean;
}

/*
 * Each part first checks cheaply whether it is there, and imports the code that installs it only if needed.
 * It looks again under the lock, which is its own: another run may have made it in the meantime.
 */
async function ensure<T>(
  part: string,
  run: Run,
  find: () => Promise<T | undefined>,
  make: () => Promise<T>,
): Promise<T> {
  const found = await find();
  if (found !== undefined) return found;
  const { withLock } = await import("../base/files/lock.ts");
  const options = { what: "setting up the toolchain", ...run };
  return withLock(run.cache.lockOf(part), options, async () => (await find()) ?? make());
}

async function ensureEngine(run: Run, named: EngineInput | undefined): Promise<FoundEngine> {
  if (named !== undefined) return await engineNamed(named, run);
  const { findEngine } = await import("../engine/client.ts");
  let failure: unknown;
  return ensure(
    "engine",
    run,
    async () => {
      try {
        return await findEngine({ signal: run.signal });
      } catch (error) {
        run.signal.throwIfAborted();
        if (error instanceof PodmanError) throw error;
        failure = error;
        return undefined;
      }
    },
    async () => {
      const { setUpEngine } = await import("./engine.ts");
      await setUpEngine(failure, run);
      return await findEngine({ signal: run.signal });
    },
  );
}

/** With the endpoint that the environment names: the plugins look there for what is on no engine of a name. */
async function engineNamed(engine: EngineInput, { env, signal }: Run): Promise<FoundEngine> {
  const { connectToFirst } = await import("../engine/engine-input.ts");
  const { liveEndpoint } = await import("../engine/endpoint.ts");
  return {
    docker: await connectToFirst({ engine }, signal),
    endpoint: await liveEndpoint({ env }),
  };
}

function ensurePulumi(run: Run): Promise<string> {
  return ensure(
    "pulumi",
    run,
    () => findPulumi(run.cache, run.env["PATH"]),
    async () => {
      const { installPulumi } = await import("./pulumi/install.ts");
      return installPulumi({ ...run, downloadBase: run.settings.cliDownloadBase });
    },
  );
}

/**
 * The base image alone, for whoever builds bitcoind's image without Pulumi: a library in a program of
 * somebody's. It installs nothing on the machine, as root neither.
 * @throws {Error} that says what is missing
 */
export async function baseImageOn(
  docker: Docker,
  options: Pick<EnsureOptions, "progress" | "signal">,
): Promise<string> {
  const cache = cachePaths(keptFolder);
  await mkdir(cache.root, { recursive: true });
  const { env } = process;
  const settings = readSettings(env);
  return await ensureBaseImage(docker, { ...options, cache, settings, env, mayInstall: false });
}

async function ensureBaseImage(docker: Docker, run: Run): Promise<string> {
  if (run.settings.baseImage !== undefined) return run.settings.baseImage;
  return ensure(
    "base-image",
    run,
    () => findBaseImage(docker),
    async () => {
      const { getBaseImage } = await import("./base-image-make.ts");
      return getBaseImage(docker, run);
    },
  );
}

async function ensureSdk(run: Run): Promise<void> {
  const { findSdk, installSdk } = await import("./program/sdk.ts");
  await ensure(
    "sdk",
    run,
    () => findSdk(run.cache),
    () => installSdk(run),
  );
}

async function ensureDockerPlugin(run: Run, modules: string): Promise<void> {
  const { settings } = run;
  const plugin = {
    cache: run.cache,
    choice: settings.dockerPlugin,
    version: dockerPluginVersion(modules),
    standIn: await import("../provider/docker/pack.ts"),
  };
  await ensure(
    "docker-plugin",
    run,
    () => findDockerPlugin(plugin),
    async () => {
      const { installDockerPlugin } = await import("./docker-plugin-install.ts");
      return installDockerPlugin({ ...run, ...plugin, downloadBase: settings.pluginDownloadBase });
    },
  );
}
