import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, expect, test, vi } from "vitest";
import { parse } from "yaml";

import { packageFolder, projectVariable } from "../../../../base/files/paths.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  // The folder is read when its module is loaded, and the files of a worker share modules.
  vi.resetModules();
});

/** What commands that are run in `folder` find. */
async function projectIn(folder: string, env: NodeJS.ProcessEnv = {}) {
  vi.stubEnv(projectVariable, folder);
  vi.resetModules();
  const { cachePaths } = await import("../../../../base/files/paths.ts");
  const { findProject } = await import("../../../../toolchain/program/project.ts");
  const cache = cachePaths();
  return { cache, project: await findProject(cache, env) };
}

interface Written {
  readonly main: string;
  readonly stackConfigDir?: string;
  readonly plugins: { readonly providers: readonly { readonly path: string }[] };
}

async function read(folder: string): Promise<Written> {
  return parse(await readFile(path.join(folder, "Pulumi.yaml"), "utf8")) as Written;
}

test("a folder without a project gets the package's, whose config files are in the folder", async () => {
  await using folder = await tempFolder();
  const { cache, project } = await projectIn(folder.path);
  const own = path.join(folder.path, ".regtest-network");
  expect(project).toEqual({
    ...{ folder: own, modules: cache.sdk, isPackage: true, ownPulumi: false },
  });
  expect(path.dirname(cache.state)).toBe(own);
  const written = await read(own);
  const [plugin] = written.plugins.providers;
  expect(path.isAbsolute(written.main) && existsSync(written.main)).toBe(true);
  expect(existsSync(path.join(plugin?.path ?? "", "pulumi-resource-regtest"))).toBe(true);
  expect(path.join(own, written.stackConfigDir ?? "")).toBe(folder.path);
  const { main, plugins, ...others } = await read(packageFolder);
  expect(path.join(packageFolder, main)).toBe(written.main);
  expect(path.join(packageFolder, plugins.providers[0]?.path ?? "")).toBe(plugin?.path);
  expect(written).toMatchObject(others);
});

test.for(["Pulumi.yaml", "Pulumi.yml"])(
  "a folder with %s has a program of its own, on the Pulumi of its owner who is logged in",
  async (name) => {
    await using folder = await tempFolder();
    await writeFile(path.join(folder.path, name), "name: mine\n");
    const own = { folder: folder.path, modules: folder.path, isPackage: false };
    const nowhere = { PULUMI_HOME: path.join(folder.path, "nowhere") };
    expect((await projectIn(folder.path, nowhere)).project).toEqual({ ...own, ownPulumi: false });
    const home = { PULUMI_HOME: folder.path };
    // A home without a login, as any command leaves it.
    expect((await projectIn(folder.path, home)).project).toEqual({ ...own, ownPulumi: false });
    await writeFile(path.join(folder.path, "credentials.json"), "{}");
    expect((await projectIn(folder.path, home)).project).toEqual({ ...own, ownPulumi: true });
    expect(existsSync(path.join(folder.path, ".regtest-network"))).toBe(false);
  },
);

test("a clone of the repository keeps a Pulumi home of its own", async () => {
  const { project } = await projectIn(packageFolder, { PULUMI_HOME: packageFolder });
  expect(project).toMatchObject({ folder: packageFolder, isPackage: false, ownPulumi: false });
});
