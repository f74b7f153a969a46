/**
 * Every way in which a container is replaced or vanishes, with blocks that people mined, a wallet with coins
 * that nobody declared, and a watch-only one: all of it is there afterwards, or nothing was touched.
 */
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { projectFolder } from "../../toolchain/paths.ts";
import { bitcoinCli } from "../helpers/bitcoin-cli.ts";
import { nothing, snapshotFacts } from "../helpers/declared.ts";
import { TestStack } from "../helpers/stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
  await stack.up();
  await useIt();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const ask = (node: string, ...args: string[]): Promise<string> =>
  bitcoinCli(stack.container(node), ...args);

let tip = "";

/** What people do: a wallet of their own on alice that gets a coin, one on the miner that only watches it, three blocks. */
async function useIt(): Promise<void> {
  await ask("alice", "createwallet", "keep");
  const address = await ask("alice", "-rpcwallet=keep", "getnewaddress");
  await ask("alice", "-rpcwallet=alice", "sendtoaddress", address, "1.5");
  await untilEqual(
    () => ask("miner", "getrawmempool"),
    () => ask("alice", "getrawmempool"),
  );
  await ask("miner", "-named", "createwallet", "wallet_name=watch", "disable_private_keys=true");
  const { descriptor } = JSON.parse(
    await ask("miner", "getdescriptorinfo", `addr(${address})`),
  ) as { descriptor: string };
  const wanted = JSON.stringify([{ desc: descriptor, timestamp: 0 }]);
  await ask("miner", "-rpcwallet=watch", "importdescriptors", wanted);
  await ask("miner", "-rpcwallet=miner", "generatetoaddress", "3", await coinbaseAddress());
  tip = await ask("miner", "getbestblockhash");
  await untilEqual(
    () => ask("alice", "getbestblockhash"),
    () => Promise.resolve(tip),
  );
}

function coinbaseAddress(): Promise<string> {
  return ask("miner", "-rpcwallet=miner", "getnewaddress");
}

async function untilEqual(one: () => Promise<string>, other: () => Promise<string>): Promise<void> {
  await waitFor(
    async () => {
      const [a, b] = await Promise.all([one(), other()]);
      return a === b || { pending: `${a}, not ${b}` };
    },
    { what: "the nodes to have the same", limitMs: 60_000 },
  );
}

/** A wallet's balance, loaded if it is not. */
async function balance(node: string, wallet: string): Promise<string> {
  const loaded = JSON.parse(await ask(node, "listwallets")) as string[];
  if (!loaded.includes(wallet)) await ask(node, "loadwallet", wallet);
  return await ask(node, `-rpcwallet=${wallet}`, "getbalance");
}

async function expectKept(): Promise<void> {
  for (const node of ["alice", "miner"]) {
    await untilEqual(
      () => ask(node, "getbestblockhash"),
      () => Promise.resolve(tip),
    );
  }
  expect(await balance("alice", "keep")).toBe("1.50000000");
  expect(await balance("miner", "watch")).toBe("1.50000000");
  // And what `reset` leads back to is the declared chain, as before.
  const heights = (await snapshotFacts(stack)).map(({ height }) => height);
  expect(new Set(heights)).toEqual(new Set([107]));
}

async function containerIds(): Promise<string[]> {
  const found = await Promise.all(
    ["alice", "miner"].map((node) => stack.container(node).inspect()),
  );
  return found.map(({ Id }) => Id);
}

async function pulumi(...args: string[]): Promise<string> {
  const { stdout } = await execa("pulumi", [...args, "--stack", stack.stack.name], {
    cwd: projectFolder,
    env: { ...stack.stack.workspace.envVars, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return stdout;
}

async function urnOf(type: string, name: string): Promise<string> {
  const { deployment } = (await stack.stack.exportStack()) as {
    readonly deployment: { readonly resources: readonly { urn: string; type: string }[] };
  };
  const found = deployment.resources.find(
    (resource) => resource.type === type && resource.urn.endsWith(`::${name}`),
  );
  return found?.urn ?? "";
}

const container = "docker:index/container:Container";

/** Changes what the state says of the containers' outputs and inputs. */
async function inState(change: (properties: Record<string, unknown>) => void): Promise<void> {
  const exported = await stack.stack.exportStack();
  const { resources } = exported.deployment as unknown as {
    resources: { type: string; outputs: Record<string, unknown> }[];
  };
  for (const { outputs } of resources.filter(({ type }) => type === container)) {
    // What the official plugin notes of the rest, and would miss in it.
    delete outputs["__pulumi_raw_state_delta"];
    change(outputs);
  }
  await stack.stack.importStack(exported);
}

const threeNodes = JSON.stringify([
  { name: "alice" },
  { name: "miner", role: "miner" },
  { name: "carol" },
]);

describe("kept", () => {
  /** What is done before `up`, and whether containers are replaced by it. */
  const ways: [string, () => Promise<unknown>][] = [
    [
      "other credentials, ports, arguments and connections in config",
      async () => {
        await stack.configure({
          rpcUser: "somebody",
          nodes: JSON.stringify([
            { name: "alice", zmqPort: "free", rest: true, arguments: ["-maxmempool=40"] },
            { name: "miner", role: "miner", p2pPort: "free" },
          ]),
        });
        await stack.stack.setConfig("rpcPassword", { value: "an own one", secret: true });
      },
    ],
    ["a third node", () => stack.configure({ nodes: threeNodes, rpcUser: "user" })],
    ["blocks that mine themselves, far apart", () => stack.configure({ autoMine: "1h" })],
    [
      "none of these any more",
      async () => {
        for (const key of ["autoMine", "nodes", "rpcUser"]) await stack.stack.removeConfig(key);
      },
    ],
    [
      "stopped nodes",
      () => Promise.all(["alice", "miner"].map((node) => stack.container(node).stop())),
    ],
    ["a killed node", () => stack.container("miner").kill()],
    ["removed containers", () => removeContainers("alice", "miner")],
    [
      "stopped nodes and a refresh before",
      async () => {
        await stack.container("alice").stop();
        await stack.stack.refresh({ color: "never" });
      },
    ],
    [
      "a node that is tainted",
      async () => pulumi("state", "taint", await urnOf(container, "alice"), "--yes"),
    ],
    [
      "a state as the stand-in of version 0.1 wrote it: without envs",
      () => inState((outputs) => delete outputs["envs"]),
    ],
    [
      "a state as the official plugin writes it",
      () =>
        inState((outputs) => {
          outputs["__meta"] = '{"schema_version":"2"}';
          outputs["envs"] = [];
          outputs["runtime"] = "runc";
          outputs["ipcMode"] = "private";
        }),
    ],
    [
      "a state as either writes it of a stopped node",
      () =>
        inState((outputs) => {
          outputs["ports"] = [];
          outputs["mustRun"] = false;
        }),
    ],
  ];

  it.each(ways)("with %s", async (_what, before) => {
    await before();
    // As people do it, and as plain Pulumi does it without looking.
    await stack.stack.up({ color: "never", refresh: true });
    await expectKept();
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("with nodes that Pulumi is told to replace", async () => {
    const before = await containerIds();
    await pulumi("up", "--yes", "--skip-preview", "--replace", await urnOf(container, "miner"));
    const [alice, miner] = await containerIds();
    expect(alice).toBe(before[0]);
    expect(miner).not.toBe(before[1]);
    await expectKept();
  });

  it("under another name of the stack, with nothing replaced", async () => {
    const before = await containerIds();
    const name = stack.stack.name;
    await pulumi("stack", "rename", `${name}-2`);
    const { stdout } = await execa(
      "pulumi",
      ["up", "--yes", "--skip-preview", "--stack", `${name}-2`],
      { cwd: projectFolder, env: stack.stack.workspace.envVars },
    );
    await execa("pulumi", ["stack", "rename", name, "--stack", `${name}-2`], {
      cwd: projectFolder,
      env: stack.stack.workspace.envVars,
    });
    expect(stdout).not.toMatch(/replaced|created/);
    expect(await containerIds()).toEqual(before);
    await expectKept();
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
    const before = await containerIds();
    await stack.configure(config);
    onTestFinished(async () => {
      for (const key of Object.keys(config)) await stack.stack.removeConfig(key);
      if ("prefix" in config) await stack.configure({ prefix: stack.prefix });
    });
    const preview = await stack.stack.preview({ color: "never" });
    for (const printed of [preview.stdout, await stack.upFails()]) {
      const text = printed.replaceAll(/\s+/g, " ");
      expect(text).toContain(
        "this update gives up the data of alice and miner, and would discard " +
          "3 blocks mined since the bootstrap at height 107, and wallets that nobody declared: " +
          "keep of alice, watch of miner",
      );
    }
    expect(await containerIds()).toEqual(before);
    await expectKept();
  });

  it("a start from a snapshot", async () => {
    await stack.configure({ start: "snapshot", snapshot: stack.prefix + stack.name });
    expect(await stack.upFails()).toContain("would discard 3 blocks mined");
    for (const key of ["start", "snapshot"]) await stack.stack.removeConfig(key);
    await expectKept();
  });

  it("a stopped node is started to be asked", async () => {
    await stack.container("alice").stop();
    await stack.configure({ blocks: "103" });
    expect(await stack.upFails()).toContain("keep of alice");
    await stack.stack.removeConfig("blocks");
    await stack.up();
    await expectKept();
  });

  it("nodes whose containers are gone cannot be asked", async () => {
    await removeContainers("alice", "miner");
    await stack.configure({ blocks: "103" });
    expect(await stack.upFails()).toMatch(
      /alice: what it holds could not be asked: its container is gone, and its volume \S+ is there/,
    );
    await stack.stack.removeConfig("blocks");
    await stack.stack.up({ color: "never", refresh: true });
    await expectKept();
  });

  it("a node that goes, with a wallet that nobody declared; its blocks are on the others", async () => {
    await stack.configure({ nodes: threeNodes });
    await stack.up();
    await ask("carol", "createwallet", "purse");
    await stack.stack.removeConfig("nodes");
    const printed = await stack.upFails();
    expect(printed).toContain(
      "this update gives up the data of carol, and would discard wallets that nobody declared: purse of carol",
    );
    await ask("carol", "unloadwallet", "purse");
    const wallets = "/home/bitcoin/.bitcoin/regtest/wallets";
    await stack.container("carol").stop();
    await stack.container("carol").start();
    await execa("docker", ["exec", `${stack.prefix}carol`, "rm", "-r", `${wallets}/purse`]);
    await stack.up();
    await expectKept();
  });
});

it("a volume of that name that is somebody else's is named, and not taken", async () => {
  await using other = await TestStack.create();
  const [volume = ""] = (await stack.footprint()).volumes;
  const name = volume.replace(stack.prefix, other.prefix);
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

it("goes when it is told to, and nothing stays", async () => {
  await stack.configure({ confirmations: "7" });
  await pulumiDiscarding();
  expect(await ask("alice", "getblockcount")).toBe("108");
  expect(JSON.parse(await ask("alice", "listwalletdir"))).toEqual({ wallets: [{ name: "alice" }] });
  expect((await stack.footprint()).volumes).toHaveLength(2);
  await stack.destroy();
  expect(await stack.footprint()).toEqual(nothing);
});

async function pulumiDiscarding(): Promise<void> {
  await execa("pulumi", ["up", "--yes", "--skip-preview", "--stack", stack.stack.name], {
    cwd: projectFolder,
    env: { ...stack.stack.workspace.envVars, REGTEST_DISCARD_BLOCKS: "1" },
  });
}

async function removeContainers(...nodes: string[]): Promise<void> {
  await Promise.all(nodes.map((node) => stack.container(node).remove({ force: true })));
}
