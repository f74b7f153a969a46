/** Blocks on demand and by themselves, and the other verbs, on a stack. On a clone: tests/integration/verbs.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { type CliRun, cli, cliSucceeds } from "../helpers/cli.ts";
import { nothing, snapshotFacts } from "../helpers/declared.ts";
import { ProjectStack } from "../helpers/stack.ts";

let stack: ProjectStack;
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});
beforeAll(async () => {
  stack = await ProjectStack.create();
  await stack.up();
});

const ask: ProjectStack["ask"] = (...question) => stack.ask(...question);

async function heightOf(node: string): Promise<number> {
  return Number(await ask(node, "getblockcount"));
}

async function waitForHeight(height: number): Promise<void> {
  await waitFor(
    async () => {
      const at = await heightOf("alice");
      return at >= height ? true : { pending: `height ${at}` };
    },
    { what: `alice to be at height ${height}`, limitMs: 90_000 },
  );
}

const run = (...args: string[]): Promise<CliRun> => cli([...args, "--stack", stack.name]);

describe("mine", () => {
  it("mines for the miner, and ends when all nodes have the blocks", async () => {
    const { stdout, exitCode } = await run("mine", "3");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Mined 3 blocks to bcrt1\w+: stack .* is at height 110$/m);
    expect(await heightOf("alice")).toBe(110);
    const [, address = ""] = /to (bcrt1\w+)/.exec(stdout) ?? [];
    expect(JSON.parse(await ask("miner", "getaddressinfo", address))).toMatchObject({
      labels: ["mining"],
    });
  });

  it("mines what any node has just sent, and ends without one that is cut off", async () => {
    const txid = await ask("alice", "sendtoaddress", await ask("miner", "getnewaddress"), "0.01");
    await run("mine");
    const { confirmations } = JSON.parse(await ask("alice", "gettransaction", txid)) as {
      confirmations: number;
    };
    expect(confirmations).toBe(1);

    await ask("alice", "setnetworkactive", "false");
    const { stdout, exitCode } = await run("mine");
    await ask("alice", "setnetworkactive", "true");
    await ask("alice", "addnode", "miner", "onetry");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/is at height 112, without alice: not connected to the miner$/m);
  });

  it("pays whom a label names", async () => {
    const { stdout } = await run("mine", "--to", "Alice");
    expect(stdout).toContain("Mined 1 block to mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx");
    const { mine } = JSON.parse(await ask("alice", "getbalances")) as {
      mine: { immature: number };
    };
    expect(mine.immature).toBe(50);
  });

  it.each([
    [["0"], "Give a whole number from 1 to 10000."],
    [
      ["1", "--to", "Bob"],
      'no address has the label "Bob"; the labels are alice: Alice; miner: mining',
    ],
    [["1", "--to", "Alice", "--node", "bob"], "the network has no node bob; it has alice, miner"],
  ])("%j is refused, and nothing is mined", async (args, message) => {
    const before = await heightOf("miner");
    const { exitCode, stderr } = await run("mine", ...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(await heightOf("miner")).toBe(before);
  });
});

describe("the other verbs", () => {
  /** The last object that a verb with `--json` prints. */
  async function tells(verb: string, ...args: string[]): Promise<Record<string, unknown>> {
    const { exitCode, stdout, stderr } = await run(verb, ...args, "--json");
    expect(exitCode, stdout + stderr).toBe(0);
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
  }

  it("are there too, and a reset heals what they cut and stopped", async () => {
    expect(await tells("fund", "Alice", "1")).toMatchObject({
      ...{ type: "result", command: "fund", stack: stack.name },
      address: "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx",
    });
    await tells("partition", "alice");
    expect(await tells("mine")).toMatchObject({ cutOff: ["alice"] });
    const { stdout } = await run("status");
    expect(stdout).toContain("Cut on purpose, by partition or disconnect:\n  alice and miner\n");
    expect(stdout).not.toContain("Not as declared");
    await tells("stop", "alice");
    expect(await tells("reset")).toMatchObject({ height: 107 });
    expect(await tells("mine")).toMatchObject({ height: 108, cutOff: [] });
    expect(await tells("env")).toMatchObject({
      env: { RPC_PASSWORD: await stack.output<string>("rpcPassword") },
    });
  });
});

describe("autoMine", () => {
  beforeAll(async () => {
    await ask("miner", "generatetoaddress", "1", await ask("miner", "getnewaddress"));
    const before = await heightOf("miner");
    await stack.configure({ autoMine: "1s" });
    // No node is touched for it: what was mined stays.
    expect(await stack.up()).toMatchObject({ create: 3 });
    expect(await heightOf("miner")).toBeGreaterThanOrEqual(before);
  });

  it("mines by itself, for the miner, on the chain that all have", async () => {
    const before = await heightOf("alice");
    await waitForHeight(before + 2);
    const hash = await ask("alice", "getblockhash", String(before + 1));
    const { tx } = JSON.parse(await ask("alice", "getblock", hash, "1")) as { tx: string[] };
    expect(JSON.parse(await ask("miner", "gettransaction", tx[0] ?? ""))).toMatchObject({
      details: [{ label: "mining", category: "immature" }],
    });
    // Nobody has ever seen another branch.
    expect(JSON.parse(await ask("alice", "getchaintips"))).toHaveLength(1);
  });

  it("needs no password, and shows none", async () => {
    const inspected = await stack.container("auto-miner").inspect();
    expect(inspected.Config.Cmd.join(" ")).not.toMatch(/rpc(auth|user|password)/);
    const ports = inspected.NetworkSettings.Ports as Record<string, unknown>;
    expect(Object.values(ports).filter((published) => published !== null)).toEqual([]);
    expect(JSON.stringify(inspected)).not.toContain(await stack.output<string>("rpcPassword"));
  });

  it("is told by status, with who it is connected to", async () => {
    const { stdout } = await run("status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      services: [{ name: "auto-miner", state: "running", up: true, ports: {} }],
      connections: [
        { nodes: ["alice", "miner"], state: "connected" },
        { nodes: ["miner", "auto-miner"], declared: true, state: "connected" },
      ],
      drift: [],
    });
  });

  // Beside another service: services.test.ts.
  it("is no change the second time, with a refresh", { tags: ["long"] }, async () => {
    expect(Object.keys(await stack.up({ refresh: true }))).toEqual(["same"]);
  });

  it.each(["auto-miner", "miner"])("goes on after a restart of %s", async (node) => {
    await stack.container(node).restart();
    await waitFor(
      async () =>
        await heightOf("miner").then(
          () => true,
          () => undefined,
        ),
      {
        what: "the miner to answer again",
        limitMs: 60_000,
      },
    );
    await waitForHeight((await heightOf("miner")) + 2);
  });

  it("stands still for a snapshot and for mining on demand, and goes on afterwards", async () => {
    const name = `${stack.name}-mined`;
    expect(await run("snapshot", name)).toMatchObject({ exitCode: 0 });
    try {
      // Taken of all nodes at one state.
      const stdout = await cliSucceeds("snapshot", "show", name);
      const { facts } = JSON.parse(stdout) as { facts: { height: number } };
      await waitForHeight(facts.height + 1);
      expect(await run("mine", "5")).toMatchObject({ exitCode: 0 });
      await waitForHeight((await heightOf("miner")) + 1);
    } finally {
      await cliSucceeds("snapshot", "remove", name);
    }
  });

  it("mines at the time that the clocks were set to", async () => {
    const time = Math.floor(Date.now() / 1_000) + 86_400;
    expect(await run("time", "set", String(time))).toMatchObject({ exitCode: 0 });
    const before = await heightOf("alice");
    await waitForHeight(before + 2);
    const { time: tip } = JSON.parse(await ask("alice", "getblockchaininfo")) as { time: number };
    // Where a second ended between a connection and what its peer told, it is one less (auto-mine.sh).
    expect(tip).toBeGreaterThanOrEqual(time - 1);
    expect(tip).toBeLessThan(time + 60);
  });

  it("does not bring back what a reset made the nodes forget, and goes on where a command that was killed stopped it", async () => {
    const tip = await ask("alice", "getbestblockhash");
    // As such a command leaves it.
    await stack.container("auto-miner").stop();
    const { stdout, exitCode, stderr } = await run("reset");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("height 107");
    await waitForHeight(109);
    await expect(ask("alice", "getblockheader", tip)).rejects.toThrow("Block not found");
  });

  it("lets a node be added, which gets all blocks", { tags: ["long"] }, async () => {
    await stack.configure({
      nodes: JSON.stringify([{ name: "alice" }, { name: "miner", role: "miner" }, { name: "bob" }]),
    });
    await stack.up();
    const facts = await snapshotFacts(stack);
    expect(facts).toHaveLength(3);
    expect(new Set(facts.map(({ tip }) => tip)).size).toBe(1);
    await waitForHeight((facts[0]?.height ?? 0) + 1);
  });

  it("ends when it is no longer asked for", async () => {
    await stack.configure({ autoMine: "" });
    expect(await stack.up()).toMatchObject({ delete: 3 });
    const { containers } = await stack.footprint();
    expect(containers).not.toContain(`${stack.prefix}auto-miner`);
  });

  // Beside another service: services.test.ts.
  it("goes with the stack", { tags: ["long"] }, async () => {
    await stack.configure({ autoMine: "1h" });
    await stack.up();
    await stack.destroy();
    expect(await stack.footprint()).toEqual(nothing);
  });
});
