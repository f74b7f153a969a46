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
  await writeFile(path.join(folder.path, "Pulumi.yaml"), `name: any\nruntime: nodejs\n${lines}`);
  const below = path.join(folder.path, "src");
  await mkdir(below);
  expect(() => {
    refuseWithoutPlugin(folder.path, nowhere);
    refuseWithoutPlugin(below, nowhere);
  }).not.toThrow();
});

it("finds it on PATH", async () => {
  await using folder = await tempFolder();
  await writeFile(path.join(folder.path, "Pulumi.yaml"), "name: regtest-shop\n");
  const file = path.join(folder.path, "pulumi-resource-regtest");
  await writeFile(file, "");
  await chmod(file, 0o755);
  expect(() => {
    refuseWithoutPlugin(folder.path, { PATH: folder.path });
  }).not.toThrow();
});

it("says which lines Pulumi.yaml lacks", async () => {
  await using folder = await tempFolder();
  await writeFile(path.join(folder.path, "Pulumi.yaml"), "name: regtest-shop\n");
  expect(() => {
    refuseWithoutPlugin(folder.path, nowhere);
  }).toThrow(
    "Pulumi does not find the plugin of RegtestNetwork: add these lines to Pulumi.yaml\n" +
      "  plugins:\n    providers:\n      - { name: regtest, path: ",
  );
});
