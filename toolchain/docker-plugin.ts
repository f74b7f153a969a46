import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { readRecord, sizeOf } from "../base/files/files.ts";
import type { CachePaths } from "../base/files/paths.ts";
import type { DockerPluginChoice } from "./settings.ts";

/** The plugin behind @pulumi/docker: the official binary, or the project's own stand-in for it. */
export type DockerPluginKind = Exclude<DockerPluginChoice, "auto">;

/** How the stand-in is made. */
export interface StandIn {
  /** Writes the plugin's archive. */
  packStandIn(archive: string): Promise<void>;
  /** Of its sources. */
  standInDigest(): Promise<string>;
}

export interface DockerPluginOptions {
  readonly cache: CachePaths;
  readonly choice: DockerPluginChoice;
  /** The version that @pulumi/docker asks for, such as "5.2.0". */
  readonly version: string;
  readonly standIn: StandIn;
}

/**
 * The version of the plugin is that of the npm package.
 * @param modules the folder that the program imports it from
 */
export function dockerPluginVersion(modules: string): string {
  const require = createRequire(path.join(modules, "index.js"));
  const { version } = require("@pulumi/docker/package.json") as { version: string };
  return version;
}

/** Which plugin is installed, if it is one that this choice allows, whole and up to date. */
export async function findDockerPlugin({
  cache,
  choice,
  version,
  standIn,
}: DockerPluginOptions): Promise<DockerPluginKind | undefined> {
  const record = await readRecord(cache.dockerPlugin);
  const kind = record?.["kind"];
  if (kind !== "official" && kind !== "stand-in") return undefined;
  if (choice !== "auto" && choice !== kind) return undefined;
  if (record?.["version"] !== version) return undefined;
  const size = await contentSize(pluginFolder(cache, version));
  if (size === undefined || size !== record["size"]) return undefined;
  if (kind === "stand-in" && record["digest"] !== (await standIn.standInDigest())) return undefined;
  return kind;
}

export function pluginFolder(cache: CachePaths, version: string): string {
  return path.join(cache.home, "plugins", `resource-docker-v${version}`);
}

/** Bytes of a folder's files, which tell a broken plugin without running it; `undefined` without its program. */
export async function contentSize(folder: string): Promise<number | undefined> {
  if ((await sizeOf(path.join(folder, "pulumi-resource-docker"))) === undefined) return undefined;
  const sizes = (await readdir(folder)).map((name) => sizeOf(path.join(folder, name)));
  return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + (size ?? 0), 0);
}
