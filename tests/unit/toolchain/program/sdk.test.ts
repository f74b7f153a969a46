import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "vitest";

import { cachePaths, packageFolder } from "../../../../base/files/paths.ts";
import { findSdk } from "../../../../toolchain/program/sdk.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

const read = async (file: string): Promise<Record<string, Record<string, string>>> =>
  JSON.parse(await readFile(path.join(packageFolder, file), "utf8")) as never;

test("the versions are those that this repository is tested with", async () => {
  const { dependencies = {} } = await read("toolchain/sdk/package.json");
  const { devDependencies } = await read("package.json");
  expect(Object.keys(dependencies)).toEqual(["@pulumi/docker", "@pulumi/pulumi"]);
  expect(devDependencies).toMatchObject(dependencies);
  const { packages } = await read("toolchain/sdk/package-lock.json");
  expect(packages?.[""]).toMatchObject({ dependencies });
});

test("an install counts once it is whole and as the lock file asks for", async () => {
  await using folder = await tempFolder();
  const cache = cachePaths(folder.path);
  expect(await findSdk(cache)).toBeUndefined();
  await mkdir(cache.sdk);
  const stamp = path.join(cache.sdk, "installed.json");
  await writeFile(stamp, "{}");
  expect(await findSdk(cache)).toBeUndefined();
  await copyFile(path.join(packageFolder, "toolchain/sdk/package-lock.json"), stamp);
  expect(await findSdk(cache)).toBe(true);
});
