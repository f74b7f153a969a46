import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "vitest";

import { ensureState, pulumiEnvironment } from "../../../toolchain/environment.ts";
import { cachePaths, packageFolder } from "../../../base/files/paths.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const parts = {
  cache: cachePaths("/cache dir"),
  project: { folder: packageFolder, isPackage: false, ownPulumi: false },
  pulumiFolder: "/pulumi/bin",
  nodeFolder: "/node/bin",
  baseImage: "debian:forky-slim",
};

test("the CLI runs with the project's own home, state and passphrase, and Node and CLI first on PATH", () => {
  const env = pulumiEnvironment({ PATH: "/usr/bin", LANG: "C" }, parts);
  expect(env).toEqual({
    LANG: "C",
    PATH: "/node/bin:/pulumi/bin:/usr/bin",
    PULUMI_HOME: "/cache dir/home",
    PULUMI_BACKEND_URL: "file:///cache%20dir/state?metadata=skip",
    PULUMI_CONFIG_PASSPHRASE_FILE: "/cache dir/passphrase",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    REGTEST_BASE_IMAGE: "debian:forky-slim",
    NODE_COMPILE_CACHE: "/cache dir/compiled",
    PULUMI_LANGUAGE_NODEJS_RUN_PATH: path.join(packageFolder, "toolchain/program/runner.ts"),
  });
});

test("a project of the person's own keeps Pulumi as they set it up", () => {
  const project = { folder: "/mine", isPackage: false, ownPulumi: true };
  const env = pulumiEnvironment({ PATH: "/usr/bin" }, { ...parts, project });
  expect(Object.keys(env).filter((name) => name.startsWith("PULUMI"))).toEqual([
    "PULUMI_SKIP_UPDATE_CHECK",
  ]);
  expect(env["PATH"]).toBe("/node/bin:/pulumi/bin:/usr/bin");
});

test.for([
  [{ PULUMI_BACKEND_URL: "s3://bucket" }, "s3://bucket"],
  [{ PULUMI_ACCESS_TOKEN: "pul-1" }, undefined],
  [{ PULUMI_BACKEND_URL: "" }, "file:///cache%20dir/state?metadata=skip"],
] as const)("a backend of the person's own is left alone: %o", ([given, expected]) => {
  expect(pulumiEnvironment(given, parts)["PULUMI_BACKEND_URL"]).toBe(expected);
});

test.for([
  // An empty passphrase is a passphrase.
  [{ PULUMI_CONFIG_PASSPHRASE: "" }, undefined],
  [{ PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" }, "/mine"],
] as const)("a passphrase of the person's own is left alone: %o", ([given, expected]) => {
  expect(pulumiEnvironment(given, parts)["PULUMI_CONFIG_PASSPHRASE_FILE"]).toBe(expected);
});

test("the passphrase is made once, for its owner's eyes only", async () => {
  await using folder = await tempFolder();
  const cache = cachePaths(path.join(folder.path, "cache"));
  await ensureState(cache);
  const passphrase = await readFile(cache.passphrase, "utf8");
  expect(passphrase.trim().length).toBeGreaterThanOrEqual(40);
  expect((await stat(cache.passphrase)).mode & 0o777).toBe(0o600);
  expect((await stat(cache.state)).isDirectory()).toBe(true);
  expect(await readFile(path.join(cache.project, ".gitignore"), "utf8")).toBe("*\n");

  await ensureState(cache);
  expect(await readFile(cache.passphrase, "utf8")).toBe(passphrase);
});

test("a passphrase file that was cut to nothing is made again", async () => {
  await using folder = await tempFolder();
  const cache = cachePaths(folder.path);
  await writeFile(cache.passphrase, "");
  await ensureState(cache);
  expect((await readFile(cache.passphrase, "utf8")).length).toBeGreaterThan(40);
});
