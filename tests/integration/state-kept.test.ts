/**
 * The most telling ways in which a container is replaced or vanishes, on a stack that people use: what they did
 * is there afterwards, or nothing was touched. All others: tests/faults/long/state-kept.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { nothing } from "../helpers/declared.ts";
import { defaultStack } from "../helpers/default-stack.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { UsedStack } from "../helpers/used-stack.ts";

let used: UsedStack;
let stack: ProjectStack;
beforeAll(async () => {
  used = await UsedStack.create();
  stack = used.stack;
});
afterAll(async () => {
  await used[Symbol.asyncDispose]();
});

describe("kept", () => {
  const isKept = async (): Promise<void> => {
    await stack.up({ refresh: true });
    await used.expectKept();
    await stack.expectNoChanges();
  };

  it("with other credentials, ports and arguments", async () => {
    await used.reconfigure();
    await isKept();
  });

  // Each container is replaced as above.
  it(
    "with stopped nodes, of which the state says what the official plugin does",
    { tags: ["long"] },
    async () => {
      await used.stopContainers();
      await used.inState((outputs) => {
        outputs["envs"] = [];
        outputs["ports"] = [];
        outputs["mustRun"] = false;
      });
      await isKept();
    },
  );
});

describe("refused, with nothing touched and what would be lost by name", () => {
  it("another chain, asked of a stopped node too, in a preview as a warning", async () => {
    const before = await used.containerIds();
    await stack.configure({ blocks: "102" });
    onTestFinished(() => stack.configure({ blocks: undefined }));
    const preview = await stack.pulumi(["preview"]);
    await stack.container("alice").stop();
    for (const printed of [preview, await stack.upFails()]) {
      expect(printed.replaceAll(/\s+/g, " ")).toContain(
        "this update removes the data of alice and miner and would discard " +
          "3 blocks mined since the bootstrap at height 107, and undeclared wallets: " +
          "keep of alice, watch of miner",
      );
    }
    expect(await used.containerIds()).toEqual(before);
    await used.expectKept();
  });

  it("another chain, where nobody can be asked", { tags: ["long"] }, async () => {
    await used.removeContainers();
    await stack.configure({ blocks: "103" });
    expect(await stack.upFails()).toMatch(
      /alice: its data could not be inspected: its container is gone, but its volume \S+ exists/,
    );
    await stack.configure({ blocks: undefined });
    // Which makes the containers again, on their volumes.
    await stack.up({ refresh: true });
    await used.expectKept();
  });
});

it("goes when it is told to, and nothing stays", async () => {
  await stack.configure({ confirmations: "7" });
  await stack.pulumi(["up", "--yes", "--skip-preview"], { REGTEST_DISCARD_BLOCKS: "1" });
  expect(await used.ask("alice", "getblockcount")).toBe("108");
  const wallets = { wallets: [{ name: "alice" }] };
  expect(JSON.parse(await used.ask("alice", "listwalletdir"))).toEqual(wallets);
  expect((await stack.footprint()).volumes).toHaveLength(2);
  await stack.destroy();
  expect(await stack.footprint()).toEqual(nothing);
});

it("a volume of that name that is somebody else's is named, and not taken", async () => {
  await using other = await ProjectStack.create();
  // Of the same chain.
  const usual = await defaultStack();
  const [volume = ""] = (await usual.footprint()).volumes;
  const name = volume.replace(usual.prefix, other.prefix);
  await stack.docker.createVolume({ Name: name });
  try {
    expect(await other.upFails()).toContain(
      `prefix: the volume name ${name} is taken by a volume that is not this stack's`,
    );
    expect(await other.footprint()).toEqual(nothing);
  } finally {
    await stack.docker.getVolume(name).remove();
  }
});
