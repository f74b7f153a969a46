import { mkdir, rm } from "node:fs/promises";
import path from "node:path";

import { runCommand } from "../base/command.ts";
import {
  contentSize,
  pluginFolder,
  type DockerPluginKind,
  type DockerPluginOptions,
} from "./docker-plugin.ts";
import { DownloadError, downloadVerified } from "../base/files/download.ts";
import { readRecord, writeWhole } from "../base/files/files.ts";
import type { Progress } from "../base/progress/steps.ts";
import { pointing } from "../base/troubleshooting.ts";

export interface InstallPluginOptions extends DockerPluginOptions {
  /** Default: the release on GitHub. */
  readonly downloadBase: URL | undefined;
  /** The environment that `pulumi` is run in; its PULUMI_HOME is where the plugin goes. */
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Installs the plugin into the project's PULUMI_HOME and records which one it is. */
export async function installDockerPlugin(
  options: InstallPluginOptions,
): Promise<DockerPluginKind> {
  const { cache, choice, version, progress } = options;
  // Once the stand-in serves a stack it stays, so that no stack changes its plugin unasked.
  const record = choice === "auto" ? await readRecord(cache.dockerPlugin) : undefined;
  const keepStandIn = record?.["kind"] === "stand-in" && record["version"] === version;
  if (choice !== "stand-in" && !keepStandIn) {
    try {
      await installOfficial(options);
      return "official";
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      if (choice === "official") {
        const told = `the official Docker plugin is ${error.reason}: ${error.message}`;
        throw new DownloadError(error.reason, pointing(told, "a-download-failed"), {
          cause: error,
        });
      }
      progress.note(`The official plugin is ${error.reason} (${error.message}).`);
    }
  }
  await installStandIn(options);
  return "stand-in";
}

/** The name of a release's archive: Go's names of platforms, not Node's. */
export function pluginArchiveName(
  version: string,
  platform: NodeJS.Platform,
  arch: string,
): string {
  return `pulumi-resource-docker-v${version}-${platform}-${arch === "x64" ? "amd64" : arch}.tar.gz`;
}

async function installOfficial(options: InstallPluginOptions): Promise<void> {
  const { cache, version, progress, signal } = options;
  const {
    downloadBase = new URL(
      `https://github.com/pulumi/pulumi-docker/releases/download/v${version}/`,
    ),
  } = options;
  const name = pluginArchiveName(version, process.platform, process.arch);
  const archive = path.join(cache.root, name);
  await progress.step(`Fetching the Docker provider plugin ${version}`, (count) =>
    // .github/workflows/publish.yml of pulumi/pulumi-docker: `shasum` without -a, so SHA-1.
    downloadVerified(downloadBase, name, `pulumi-docker_${version}_checksums.txt`, archive, {
      signal,
      count,
    }),
  );
  await installArchive("official", archive, undefined, options);
}

async function installStandIn(options: InstallPluginOptions): Promise<void> {
  const { cache, version, progress, standIn } = options;
  const archive = path.join(cache.root, "docker-stand-in.tar.gz");
  await progress.step(
    `Installing the stand-in for the Docker provider plugin ${version}`,
    async () => {
      const digest = await standIn.standInDigest();
      await mkdir(cache.root, { recursive: true });
      await standIn.packStandIn(archive);
      await installArchive("stand-in", archive, digest, options);
    },
  );
}

async function installArchive(
  kind: DockerPluginKind,
  archive: string,
  digest: string | undefined,
  { cache, version, env, signal }: InstallPluginOptions,
): Promise<void> {
  // Until the new one is whole there is none.
  await rm(cache.dockerPlugin, { force: true });
  try {
    await runCommand(
      "pulumi",
      [
        "plugin",
        "install",
        "resource",
        "docker",
        version,
        "--exact",
        "--reinstall",
        "--file",
        archive,
      ],
      { log: path.join(cache.logs, "plugin-install.log"), env, signal },
    );
  } finally {
    await rm(archive, { force: true });
  }
  const folder = pluginFolder(cache, version);
  const size = await contentSize(folder);
  if (size === undefined) {
    throw new Error(
      `the ${kind} Docker provider plugin was installed, but ${folder} is empty; ` +
        "check whether something removes files there, and run the command again",
    );
  }
  await writeWhole(cache.dockerPlugin, JSON.stringify({ kind, version, size, digest }));
}
