import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, it } from "vitest";

import { refuseWithoutPlugin } from "../../../network/plugin-there.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const nowhere = { PATH: "/nowhere" };

it.each([
  "plugins:\n  providers:\n    - name: regtest\n      path: ./plugin\n",
  "plugins: { providers: [{ name: regtest, path: ./plugin }] }\n",
  'plugins:\n  providers:\n    - { "name": "regtest", path: ./plugin }\n',
])("finds the plugin in %j", async (lines) => {
  await using folder = await tempFolder();
  await writeFile(path.join(folder.path, "Pulumi.yaml"), `name: shop\nruntime: nodejs\n${lines}`);
  const below = path.join(folder.path, "src");
  await mkdir(below);
  expect(() => {
    refuseWithoutPlugin("shop", folder.path, nowhere);
    refuseWithoutPlugin("shop", below, nowhere);
  }).not.toThrow();
});

it("finds it on PATH", async () => {
  await using folder = await tempFolder();
  await writeFile(path.join(folder.path, "Pulumi.yaml"), "name: shop\nmain: regtest.ts\n");
  const file = path.join(folder.path, "pulumi-resource-regtest");
  await writeFile(file, "");
  await chmod(file, 0o755);
  expect(() => {
    refuseWithoutPlugin("shop", folder.path, { PATH: folder.path });
  }).not.toThrow();
});

it("says which lines Pulumi.yaml lacks", async () => {
  await using folder = await tempFolder();
  await writeFile(path.join(folder.path, "Pulumi.yaml"), "name: shop\nmain: regtest.ts\n");
  expect(() => {
    refuseWithoutPlugin("shop", folder.path, nowhere);
  }).toThrow(
    "Pulumi does not find the plugin of RegtestNetwork: add these lines to Pulumi.yaml\n" +
      "  plugins:\n    providers:\n      - { name: regtest, path: ",
  );
});

it("says nothing of a program that is a function of another one", async () => {
  await using folder = await tempFolder();
  await writeFile(path.join(folder.path, "Pulumi.yaml"), "name: other\n");
  expect(() => {
    refuseWithoutPlugin("shop", folder.path, nowhere);
  }).not.toThrow();
});
