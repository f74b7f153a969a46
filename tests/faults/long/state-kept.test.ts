/**
 * Every way in which a container is replaced or vanishes, on a stack that people use: what they did is there
 * afterwards, or nothing was touched. The most telling ones: tests/integration/state-kept.test.ts.
 */
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import type { ProjectStack } from "../../helpers/stack.ts";
import { UsedStack } from "../../helpers/used-stack.ts";

let used: UsedStack;
let stack: ProjectStack;
beforeAll(async () => {
  used = await UsedStack.create();
  stack = used.stack;
});
afterAll(async () => {
  await used[Symbol.asyncDispose]();
});

const threeNodes = JSON.stringify([
  { name: "alice" },
  { name: "miner", role: "miner" },
  { name: "carol" },
]);

describe("kept", () => {
  /** What is done before `up`, and whether containers are replaced by it. */
  const ways: [string, () => Promise<unknown>][] = [
    ["other credentials, ports and arguments", () => used.reconfigure()],
    ["a third node", () => stack.configure({ nodes: threeNodes, rpcUser: "user" })],
    ["blocks that mine themselves, far apart", () => stack.configure({ autoMine: "1h" })],
    [
      "none of these any more",
      async () => {
        await stack.configure({ autoMine: undefined, nodes: undefined, rpcUser: undefined });
      },
    ],
    ["stopped nodes", () => used.stopContainers()],
    ["a killed node", () => stack.container("miner").kill()],
    ["removed containers", () => used.removeContainers()],
    [
      "stopped nodes and a refresh before",
      async () => {
        await stack.container("alice").stop();
        await stack.refresh();
      },
    ],
    [
      "a node that is tainted",
      async () => stack.pulumi(["state", "taint", await used.urnOf("alice"), "--yes"]),
    ],
    [
      "a state as the stand-in of version 0.1 wrote it: without envs",
      () => used.inState((outputs) => delete outputs["envs"]),
    ],
    [
      "a state as the official plugin writes it",
      () =>
        used.inState((outputs) => {
          outputs["__meta"] = '{"schema_version":"2"}';
          outputs["envs"] = [];
          outputs["runtime"] = "runc";
          outputs["ipcMode"] = "private";
        }),
    ],
    [
      "a state as either writes it of a stopped node",
      () =>
        used.inState((outputs) => {
          outputs["ports"] = [];
          outputs["mustRun"] = false;
        }),
    ],
  ];

  it.each(ways)("with %s", async (_what, before) => {
    await before();
    // As people do it, and as plain Pulumi does it without looking.
    await stack.up({ refresh: true });
    await used.expectKept();
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("with nodes that Pulumi is told to replace", async () => {
    const before = await used.containerIds();
    const replace = ["--replace", await used.urnOf("miner")];
    await stack.pulumi(["up", "--yes", "--skip-preview", ...replace]);
    const [alice, miner] = await used.containerIds();
    expect(alice).toBe(before[0]);
    expect(miner).not.toBe(before[1]);
    await used.expectKept();
  });

  it("under another name of the stack, with nothing replaced", async () => {
    const before = await used.containerIds();
    const other = `${stack.name}-2`;
    await stack.pulumi(["stack", "rename", other]);
    const printed = await used.pulumiOn(other, ["up", "--yes", "--skip-preview"]);
    await used.pulumiOn(other, ["stack", "rename", stack.name]);
    expect(printed).not.toMatch(/replaced|created/);
    expect(await used.containerIds()).toEqual(before);
    await used.expectKept();
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });
});

describe("refused, with nothing touched and what would be lost by name", () => {
  const otherChains: [string, Record<string, string>][] = [
    ["blocks", { blocks: "102" }],
    ["amount", { amount: "29" }],
    ["confirmations", { confirmations: "7" }],
    ["fund", { fund: JSON.stringify([{ node: "alice", label: "Bob", amount: "1" }]) }],
    ["walletSeed", { walletSeed: "another" }],
    ["reproducible", { reproducible: "false" }],
    ["mockTime", { mockTime: "2025-06-01T00:00:00Z" }],
    ["scenario", { scenario: "examples/scenario.ts" }],
    ["prefix", { prefix: "elsewhere-" }],
  ];

  it.each(otherChains)("another %s", async (_key, config) => {
    const before = await used.containerIds();
    await stack.configure(config);
    onTestFinished(async () => {
      for (const key of Object.keys(config)) await stack.configure({ [key]: undefined });
      if ("prefix" in config) await stack.configure({ prefix: stack.prefix });
    });
    for (const printed of [await stack.pulumi(["preview"]), await stack.upFails()]) {
      const text = printed.replaceAll(/\s+/g, " ");
      expect(text).toContain(
        "this update removes the data of alice and miner and would discard " +
          "3 blocks mined since the bootstrap at height 107, and undeclared wallets: " +
          "keep of alice, watch of miner",
      );
    }
    expect(await used.containerIds()).toEqual(before);
    await used.expectKept();
  });

  it("a start from a snapshot", async () => {
    await stack.configure({ start: "snapshot", snapshot: stack.prefix + stack.name });
    expect(await stack.upFails()).toContain("would discard 3 blocks mined");
    await stack.configure({ start: undefined, snapshot: undefined });
    await used.expectKept();
  });

  it("a stack of version 0.1, whose state knows of no volumes", async () => {
    const before = await used.containerIds();
    const withoutVolumes = (outputs: Record<string, unknown>): void => {
      for (const node of outputs["nodes"] as Record<string, unknown>[]) delete node["volume"];
    };
    const state = await stack.exportState();
    await used.inState(withoutVolumes, "regtest:index:Claim");
    // Another input, since an update of what is unchanged is none.
    await stack.configure({ timeout: "61" });
    expect(await stack.upFails()).toContain(
      "this update removes the data of alice and miner and would discard 3 blocks mined",
    );
    expect(await used.containerIds()).toEqual(before);
    await stack.importState(state);
    await stack.configure({ timeout: undefined });
    await used.expectKept();
  });

  it("a node that goes, with a wallet that nobody declared; its blocks are on the others", async () => {
    await stack.configure({ nodes: threeNodes });
    await stack.up();
    await used.ask("carol", "createwallet", "purse");
    await stack.configure({ nodes: undefined });
    const printed = await stack.upFails();
    expect(printed).toContain(
      "this update removes the data of carol and would discard undeclared wallets: purse of carol",
    );
    await used.ask("carol", "unloadwallet", "purse");
    const wallets = "/home/bitcoin/.bitcoin/regtest/wallets";
    await stack.container("carol").stop();
    await stack.container("carol").start();
    await execa("docker", ["exec", `${stack.prefix}carol`, "rm", "-r", `${wallets}/purse`]);
    await stack.up();
    await used.expectKept();
  });
});
