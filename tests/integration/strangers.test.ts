/** What people made of a stack's containers and images is theirs, though it has the labels: no update and no end of the stack touches it. */
import type Docker from "dockerode";
import { afterAll, beforeAll, expect, it } from "vitest";

import { cli, cliFails } from "../helpers/cli.ts";
import { ProjectStack } from "../helpers/stack.ts";

let stack: ProjectStack;
let handmade: Docker.Container;
let backup: string;
let kept: string;
beforeAll(async () => {
  stack = await ProjectStack.create();
  await stack.up();
  backup = `${stack.name}-backup:monday`;
  kept = `${stack.name}-keep:mine`;
  const [repo = "", tag = ""] = backup.split(":");
  await stack.container("alice").commit({ repo, tag });
  const own = stack.docker.getImage(`${stack.prefix}alice:latest`);
  await own.tag({ repo: kept.slice(0, -":mine".length), tag: "mine" });
  handmade = await stack.docker.createContainer({ name: `${stack.name}-handmade`, Image: backup });
  await handmade.start();
});
afterAll(async () => {
  // The commit has a VOLUME where its container had one, which an anonymous one was made for.
  await handmade.remove({ force: true, v: true });
  for (const image of [backup, kept]) await stack.docker.getImage(image).remove();
  await stack[Symbol.asyncDispose]();
});

async function expectTheirs(): Promise<void> {
  expect((await handmade.inspect()).State.Running).toBe(true);
  for (const image of [backup, kept]) {
    expect((await stack.docker.getImage(image).inspect()).RepoTags).toEqual([image]);
  }
}

/** Runs a command of the project on the stack, which removes nothing as left over. */
async function succeeds(script: string): Promise<string> {
  const { exitCode, stdout, stderr } = await cli([script, "--stack", stack.name]);
  expect(exitCode, stdout + stderr).toBe(0);
  expect(stdout + stderr).not.toContain("Removed");
  return stdout;
}

it("over an update and a reset, for which the stack's own snapshot is whole", async () => {
  expect((await stack.docker.getImage(kept).inspect()).RepoTags).toHaveLength(2);
  expect(await succeeds("up")).toContain("14 unchanged");
  expect(await succeeds("reset")).toContain(`is back at snapshot ${stack.prefix}${stack.name}`);
  expect((await handmade.inspect()).State.Running).toBe(true);
});

it(
  "over another chain, whose snapshot takes the names of the old one",
  { tags: ["long"] },
  async () => {
    await stack.configure({ confirmations: "7" });
    expect(await succeeds("up")).toContain("at height 108");
    await expectTheirs();
    expect(await succeeds("reset")).toContain("height 108");
  },
);

it("over the end of the stack, which is refused while one of theirs is on its network", async () => {
  const network = `${stack.prefix}regtest-network`;
  await stack.docker.getNetwork(network).connect({ Container: handmade.id });
  const { volumes } = await stack.footprint();
  const [known = ""] = volumes;
  const { Labels } = await stack.docker.getVolume(known).inspect();
  // As a run leaves one that was killed before it was recorded.
  const left = `${known}-left`;
  await stack.docker.createVolume({ Name: left, Labels });
  expect(await cliFails("down", "--stack", stack.name)).toContain(
    `the network ${network} is still used by ${stack.name}-handmade, so nothing was removed`,
  );
  expect((await stack.container("alice").inspect()).State.Running).toBe(true);
  expect((await stack.footprint()).volumes).toEqual([...volumes, left].toSorted());
  await stack.docker.getNetwork(network).disconnect({ Container: handmade.id });
  const { exitCode, stdout, stderr } = await cli(["down", "--stack", stack.name]);
  expect(exitCode, stdout + stderr).toBe(0);
  expect((stdout + stderr).match(/Removed .*/g)).toEqual([
    `Removed volume ${left}, which an interrupted run created but did not record.`,
  ]);
  await expectTheirs();
  expect((await stack.footprint()).volumes).toEqual([]);
});
