/** The package's commands in a folder with nothing in it: one brings the network up, with all that it needs. */
import { readdir } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import {
  type ForeignProject,
  foreignProject,
  packedPackage,
} from "../helpers/installed-package.ts";
import { ownPorts } from "../helpers/run.ts";
import { sweepStack } from "../helpers/stack.ts";
import { tempFolder, type TempFolder } from "../helpers/temp-folder.ts";

/** Of this file alone: labels have it. */
const stack = `test-${process.pid}-up`;
const docker = await connectEngine();

let project: ForeignProject;
let folder: TempFolder;
let cache: TempFolder;
beforeAll(async () => {
  project = await foreignProject([await packedPackage()]);
  [folder, cache] = await Promise.all([tempFolder(), tempFolder()]);
});
afterAll(async () => {
  await sweepStack(docker, stack);
  for (const made of [project, folder, cache]) await made[Symbol.asyncDispose]();
});

/** Runs a command of the package in the empty folder. Its CLI is that of the run, which is on PATH. */
async function run(...args: string[]): Promise<string> {
  const program = path.join(project.path, "node_modules/.bin/regtest-network");
  const { stdout } = await execa(program, [...args, "--stack", stack], {
    cwd: folder.path,
    env: { XDG_CACHE_HOME: cache.path, PULUMI_BACKEND_URL: "" },
  });
  return stdout;
}

it("up, status, mine, up again and down", async () => {
  const [alice, miner] = await ownPorts(2);
  await run("pulumi", "stack", "init");
  const config = [`prefix=${stack}-`, `aliceRpcPort=${alice}`, `minerRpcPort=${miner}`];
  await run("pulumi", "config", "set-all", ...config.flatMap((pair) => ["--plaintext", pair]));

  const up = await run("up");
  expect(up).toContain(`The network of stack ${stack} is up at height 107`);
  expect(up).toContain("npx regtest-network pulumi stack output rpcPassword");
  expect((await readdir(folder.path)).toSorted()).toEqual([
    ".regtest-network",
    `Pulumi.${stack}.yaml`,
  ]);
  // What another folder uses as well.
  expect(await readdir(path.join(cache.path, "regtest-network"))).toEqual(
    expect.arrayContaining(["docker-plugin.json", "home", "sdk"]),
  );
  expect(await run("mine", "2")).toContain(`stack ${stack} is at height 109`);
  expect(await run("status")).toContain("Everything is as declared.");

  const again = JSON.parse((await run("up", "--json")).split("\n").at(-1) ?? "") as {
    changes: Record<string, number>;
  };
  expect(Object.keys(again.changes)).toEqual(["same"]);

  await run("down");
  const filters = labelFilter({ [label.stack]: stack });
  expect(await docker.listContainers({ all: true, filters })).toEqual([]);
  expect(await docker.listImages({ filters })).toEqual([]);
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  expect((volumes as typeof volumes | null) ?? []).toEqual([]);
});
