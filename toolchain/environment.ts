import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { exceptThisMachine } from "../base/proxies.ts";
import { sizeOf, writeWhole } from "../base/files/files.ts";
import type { Endpoint } from "../engine/endpoint.ts";
import type { CachePaths } from "../base/files/paths.ts";
import { programVariables, type PulumiProject, runnerVariables } from "./program/project.ts";

export interface EnvironmentParts {
  readonly cache: CachePaths;
  readonly project: Omit<PulumiProject, "modules">;
  /** The folder with `pulumi`, which may hold the language host too. Left out: it is not there yet. */
  readonly pulumiFolder?: string | undefined;
  /** The folder with `node`. */
  readonly nodeFolder: string;
  /** Left out where no program is going to run. */
  readonly baseImage?: string | undefined;
  /** The engine that was found; likewise. */
  readonly engine?: Endpoint | undefined;
}

/**
 * The environment that the Pulumi CLI runs in: the given one, and on top of it the project's own CLI, home, state and
 * passphrase. The user's own backend, passphrase and proxy stay, except that this machine is reached without the proxy.
 */
export function pulumiEnvironment(
  given: NodeJS.ProcessEnv,
  { cache, project, pulumiFolder, nodeFolder, baseImage, engine }: EnvironmentParts,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    NODE_COMPILE_CACHE: cache.compiled,
    ...given,
    ...exceptThisMachine(given),
    ...(project.isPackage && programVariables(given)),
    ...runnerVariables(project),
    ...(!project.ownPulumi && pulumiVariables(given, cache)),
    PATH: [nodeFolder, pulumiFolder ?? [], given["PATH"] ?? ""].flat().join(path.delimiter),
    // Nothing may look for a host that cannot be reached in the middle of an update.
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  if (baseImage !== undefined) env["REGTEST_BASE_IMAGE"] = baseImage;
  // The official Docker plugin prefers a context to everything else, and knows none called default.
  if (engine !== undefined && given["DOCKER_CONTEXT"]) {
    delete env["DOCKER_CONTEXT"];
    env["DOCKER_HOST"] = engine.host;
    if (engine.tls !== undefined) {
      env["DOCKER_CERT_PATH"] = engine.tls.folder;
      env["DOCKER_TLS_VERIFY"] = "1";
    }
  }
  return env;
}

function pulumiVariables(given: NodeJS.ProcessEnv, cache: CachePaths): NodeJS.ProcessEnv {
  const ownBackend = given["PULUMI_BACKEND_URL"] || given["PULUMI_ACCESS_TOKEN"];
  const ownPassphrase = given["PULUMI_CONFIG_PASSPHRASE"] ?? given["PULUMI_CONFIG_PASSPHRASE_FILE"];
  return {
    PULUMI_HOME: cache.home,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...(!ownBackend && { PULUMI_BACKEND_URL: fileBackend(cache.state) }),
    ...(ownPassphrase === undefined && { PULUMI_CONFIG_PASSPHRASE_FILE: cache.passphrase }),
  };
}

/**
 * The URL of a backend in a folder. Without the files of attributes that would go beside its own: they
 * are not written at once, and with one that a killed run left empty Pulumi reads no stack of the backend.
 */
export function fileBackend(folder: string): string {
  return `${pathToFileURL(folder).href}?metadata=skip`;
}

/** Makes the folder of the state, and once the passphrase. It is never replaced: without it the state's secrets are lost. */
export async function ensureState(cache: CachePaths): Promise<void> {
  await mkdir(cache.state, { recursive: true });
  await mkdir(cache.home, { recursive: true });
  // What is in it is this machine's.
  const ignore = path.join(cache.project, ".gitignore");
  if ((await sizeOf(ignore)) === undefined) await writeWhole(ignore, "*\n");
  if (!(await sizeOf(cache.passphrase))) {
    await writeWhole(cache.passphrase, `${randomBytes(32).toString("base64url")}\n`, 0o600);
  }
}
