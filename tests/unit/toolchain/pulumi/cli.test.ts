import { chmod, mkdir, readFile, readdir, truncate, writeFile } from "node:fs/promises";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { cachePaths, type CachePaths } from "../../../../base/files/paths.ts";
import { findPulumi } from "../../../../toolchain/pulumi/cli.ts";
import { archiveName, checksumsName, installPulumi } from "../../../../toolchain/pulumi/install.ts";
import { PULUMI_VERSION } from "../../../../toolchain/pulumi/versions.ts";
import { recordProgress } from "../../../helpers/progress.ts";
import {
  archiveOf,
  checksumLine,
  serveRelease,
  type Served,
} from "../../../helpers/release-server.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

const name = archiveName(process.platform, process.arch);

/** A `pulumi` that only tells its version, and notes each time that it was asked. */
function fakePulumi(version: string, asked = "/dev/null"): string {
  return `#!/bin/sh\necho asked >>"${asked}"\necho ${version}\n`;
}

async function release(version = `v${PULUMI_VERSION}`): Promise<Record<string, Served>> {
  const archive = await archiveOf({
    "pulumi/pulumi": fakePulumi(version),
    "pulumi/pulumi-language-nodejs": "#!/bin/sh\n",
  });
  return { [name]: archive, [checksumsName]: checksumLine(archive, name) };
}

/** Installs from a server with these files; PATH has no Go, so what cannot be fetched cannot be built either. */
async function install(cache: CachePaths, files: Record<string, Served>): Promise<string> {
  await using server = await serveRelease(files);
  return await installPulumi({
    cache,
    downloadBase: server.base,
    env: { PATH: "/nowhere" },
    progress: recordProgress(),
  });
}

test("the archive is the one that Pulumi publishes for a platform", () => {
  expect(archiveName("linux", "x64")).toBe(`pulumi-v${PULUMI_VERSION}-linux-x64.tar.gz`);
  expect(archiveName("darwin", "arm64")).toBe(`pulumi-v${PULUMI_VERSION}-darwin-arm64.tar.gz`);
});

describe("a CLI in the cache", () => {
  test("comes from the official archive and is found from then on", async () => {
    await using folder = await tempFolder();
    const cache = cachePaths(folder.path);
    expect(await findPulumi(cache, "")).toBeUndefined();
    const bin = await install(cache, await release());
    expect(await findPulumi(cache, "")).toBe(bin);
    expect(await readdir(bin)).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(await readdir(folder.path)).toEqual(["pulumi"]);
  });

  test.for(["pulumi", "pulumi-language-nodejs"])(
    "with a cut-off %s is made again",
    async (program) => {
      await using folder = await tempFolder();
      const cache = cachePaths(folder.path);
      const bin = await install(cache, await release());
      await truncate(path.join(bin, program), 5);
      expect(await findPulumi(cache, "")).toBeUndefined();
      await install(cache, await release());
      expect(await findPulumi(cache, "")).toBe(bin);
    },
  );

  test("is not taken for one of the person's own when its folder is on PATH", async () => {
    await using folder = await tempFolder();
    const cache = cachePaths(folder.path);
    const bin = await install(cache, await release());
    await truncate(path.join(bin, "pulumi-language-nodejs"), 5);
    expect(await findPulumi(cache, bin)).toBeUndefined();
  });

  test("of another version is made again", async () => {
    await using folder = await tempFolder();
    const cache = cachePaths(folder.path);
    await install(cache, await release());
    const stamp = path.join(cache.pulumi, "stamp.json");
    await writeFile(stamp, (await readFile(stamp, "utf8")).replace(PULUMI_VERSION, "3.1.0"));
    expect(await findPulumi(cache, "")).toBeUndefined();
  });

  test("whose stamp was never finished is made again", async () => {
    await using folder = await tempFolder();
    const cache = cachePaths(folder.path);
    await install(cache, await release());
    await truncate(path.join(cache.pulumi, "stamp.json"), 10);
    expect(await findPulumi(cache, "")).toBeUndefined();
  });

  test("that says it is another version is not kept", async () => {
    await using folder = await tempFolder();
    const cache = cachePaths(folder.path);
    await expect(install(cache, await release("v3.1.0"))).rejects.toThrow(
      `the Pulumi CLI made by download is v3.1.0; expected v${PULUMI_VERSION}`,
    );
    expect(await readdir(folder.path)).toEqual([]);
  });

  test("that stays behind when an install was killed does not get in the way", async () => {
    await using folder = await tempFolder();
    const cache = cachePaths(folder.path);
    await mkdir(path.join(folder.path, "pulumi.new", "bin"), { recursive: true });
    await writeFile(path.join(folder.path, "pulumi.new", "bin", "pulumi"), "half");
    const bin = await install(cache, await release());
    expect(await findPulumi(cache, "")).toBe(bin);
  });

  test("is built when there is no archive, and without Go a person is told what to install", async () => {
    await using folder = await tempFolder();
    const cache = cachePaths(folder.path);
    await expect(install(cache, {})).rejects.toThrow(
      /has to be built, but there is no Go: install Go 1\.\d+\S* or later \(https:\/\/go\.dev\/dl\), or the Pulumi CLI/,
    );
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe("a CLI on PATH", () => {
  /** Puts programs into a folder of their own. */
  async function onPath(folder: string, programs: Record<string, string>): Promise<string> {
    await mkdir(folder);
    for (const [program, content] of Object.entries(programs)) {
      await writeFile(path.join(folder, program), content);
      await chmod(path.join(folder, program), 0o755);
    }
    return folder;
  }

  test("is used when it is recent enough, and asked for its version once", async () => {
    await using folder = await tempFolder();
    const cache = cachePaths(path.join(folder.path, "cache"));
    const asked = path.join(folder.path, "asked");
    const bin = await onPath(path.join(folder.path, "bin"), {
      pulumi: fakePulumi("v3.300.1", asked),
      "pulumi-language-nodejs": "",
    });
    const searchPath = `/nowhere::${bin}`;
    expect(await findPulumi(cache, searchPath)).toBe(bin);
    expect(await findPulumi(cache, searchPath)).toBe(bin);
    expect(await readFile(asked, "utf8")).toBe("asked\n");

    // Another file is another CLI.
    await writeFile(path.join(bin, "pulumi"), fakePulumi("v3.1.0", asked));
    expect(await findPulumi(cache, searchPath)).toBeUndefined();
  });

  test.for([
    ["is too old", { pulumi: fakePulumi("v3.258.0"), "pulumi-language-nodejs": "" }],
    ["has no language host", { pulumi: fakePulumi("v3.300.1") }],
    ["does not run", { pulumi: "#!/bin/sh\nexit 1\n", "pulumi-language-nodejs": "" }],
  ] as const)("that %s gives way to the one in the cache", async ([, programs]) => {
    await using folder = await tempFolder();
    const cache = cachePaths(path.join(folder.path, "cache"));
    const bin = await onPath(path.join(folder.path, "bin"), programs);
    expect(await findPulumi(cache, bin)).toBeUndefined();
    const own = await install(cache, await release());
    expect(await findPulumi(cache, bin)).toBe(own);
  });
});
