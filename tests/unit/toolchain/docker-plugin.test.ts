import { chmod, mkdir, readdir, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";

import { describe, expect, test } from "vitest";

import {
  installDockerPlugin,
  pluginArchiveName,
} from "../../../toolchain/docker-plugin-install.ts";
import { findDockerPlugin, type DockerPluginKind } from "../../../toolchain/docker-plugin.ts";
import { cachePaths } from "../../../base/files/paths.ts";
import type { DockerPluginChoice } from "../../../toolchain/settings.ts";
import { recordProgress } from "../../helpers/progress.ts";
import {
  archiveOf,
  checksumLine,
  serveRelease,
  type Served,
} from "../../helpers/release-server.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const version = "5.2.0";
const name = pluginArchiveName(version, process.platform, process.arch);

/** What stands for `pulumi plugin install`: unpacks the archive to where the CLI would. */
const fakePulumi = `#!/bin/sh
set -eu
[ "$*" = "plugin install resource docker ${version} --exact --reinstall --file $9" ]
folder=$PULUMI_HOME/plugins/resource-docker-v${version}
rm -rf "$folder"
mkdir -p "$folder"
tar -xzf "$9" -C "$folder"
`;

async function release(): Promise<Record<string, Served>> {
  const archive = await archiveOf({ "pulumi-resource-docker": "the official one" });
  const sums = checksumLine(archive, `./${name}`, "sha1");
  return { [name]: archive, [`pulumi-docker_${version}_checksums.txt`]: sums };
}

/** A cache in which plugins can be installed and looked for. */
async function plugins(): Promise<
  AsyncDisposable & {
    readonly folder: string;
    readonly program: string;
    install(choice: DockerPluginChoice, files?: Record<string, Served>): Promise<DockerPluginKind>;
    find(choice: DockerPluginChoice, wanted?: string): Promise<DockerPluginKind | undefined>;
    readonly standIn: { digest: string };
  }
> {
  const folder = await tempFolder();
  const cache = cachePaths(path.join(folder.path, "cache"));
  const bin = path.join(folder.path, "bin");
  await mkdir(bin);
  await writeFile(path.join(bin, "pulumi"), fakePulumi);
  await chmod(path.join(bin, "pulumi"), 0o755);
  const state = { digest: "of the sources" };
  const standIn = {
    packStandIn: async (archive: string): Promise<void> => {
      const files = { "pulumi-resource-docker": "#!/bin/sh", "provider.mjs": "the stand-in" };
      await writeFile(archive, await archiveOf(files));
    },
    standInDigest: () => Promise.resolve(state.digest),
  };
  return {
    folder: cache.root,
    program: path.join(cache.home, `plugins/resource-docker-v${version}/pulumi-resource-docker`),
    standIn: state,
    find: (choice, wanted = version) =>
      findDockerPlugin({ cache, choice, version: wanted, standIn }),
    install: async (choice, files = {}) => {
      await using server = await serveRelease(files);
      return await installDockerPlugin({
        cache,
        choice,
        version,
        standIn,
        downloadBase: server.base,
        env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, PULUMI_HOME: cache.home },
        progress: recordProgress(),
        signal: new AbortController().signal,
      });
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test("the archive is the one that Pulumi publishes for a platform", () => {
  const names = (["linux", "darwin"] as const).map((os) => pluginArchiveName(version, os, "x64"));
  expect(names).toEqual([
    "pulumi-resource-docker-v5.2.0-linux-amd64.tar.gz",
    "pulumi-resource-docker-v5.2.0-darwin-amd64.tar.gz",
  ]);
});

describe("which plugin is installed", () => {
  test.for([
    ["the official one where it can be fetched", "auto", true, "official"],
    ["the stand-in where it cannot", "auto", false, "stand-in"],
    ["the official one when it is forced", "official", true, "official"],
    ["the stand-in when it is forced", "stand-in", true, "stand-in"],
  ] as const)("%s", async ([, choice, reachable, expected]) => {
    await using cache = await plugins();
    expect(await cache.find(choice)).toBeUndefined();
    expect(await cache.install(choice, reachable ? await release() : {})).toBe(expected);
    expect(await cache.find(choice)).toBe(expected);
    expect((await readdir(cache.folder)).sort()).toEqual(["docker-plugin.json", "home", "logs"]);
  });

  test("is never the stand-in when the official one is forced", async () => {
    await using cache = await plugins();
    await expect(cache.install("official")).rejects.toMatchObject({ reason: "missing" });
    expect(await cache.find("official")).toBeUndefined();
    expect(await cache.find("auto")).toBeUndefined();
  });

  test("stays the stand-in when its sources changed, until the other is asked for", async () => {
    await using cache = await plugins();
    await cache.install("auto");
    cache.standIn.digest = "of other sources";
    expect(await cache.install("auto", await release())).toBe("stand-in");
    expect(await cache.install("official", await release())).toBe("official");
    expect(await cache.find("auto")).toBe("official");
  });

  test("can be switched either way", async () => {
    await using cache = await plugins();
    await cache.install("stand-in");
    expect(await cache.find("official")).toBeUndefined();
    await cache.install("official", await release());
    expect(await cache.find("stand-in")).toBeUndefined();
    expect(await cache.find("auto")).toBe("official");
    await cache.install("stand-in");
    expect(await cache.find("official")).toBeUndefined();
    expect(await cache.find("auto")).toBe("stand-in");
  });
});

describe("a plugin is installed again", () => {
  test("when its program was cut off or is gone", async () => {
    await using cache = await plugins();
    await cache.install("official", await release());
    await truncate(cache.program, 3);
    expect(await cache.find("auto")).toBeUndefined();
    await cache.install("official", await release());
    await rm(cache.program);
    expect(await cache.find("auto")).toBeUndefined();
  });

  test("when a file beside its program was cut off", async () => {
    await using cache = await plugins();
    await cache.install("stand-in");
    await truncate(path.join(path.dirname(cache.program), "provider.mjs"), 3);
    expect(await cache.find("auto")).toBeUndefined();
  });

  test("when @pulumi/docker asks for another version", async () => {
    await using cache = await plugins();
    await cache.install("stand-in");
    expect(await cache.find("auto", "5.3.0")).toBeUndefined();
  });

  test("when the stand-in's sources changed", async () => {
    await using cache = await plugins();
    await cache.install("stand-in");
    cache.standIn.digest = "of other sources";
    expect(await cache.find("auto")).toBeUndefined();
  });

  test("when the record of it was never finished", async () => {
    await using cache = await plugins();
    await cache.install("stand-in");
    await truncate(path.join(cache.folder, "docker-plugin.json"), 12);
    expect(await cache.find("auto")).toBeUndefined();
  });
});
