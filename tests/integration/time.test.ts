/** Moving the time of a stack: what starts afterwards, from the volumes or from a snapshot, starts at that time. */
import { rm } from "node:fs/promises";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { cloneNetwork } from "../../testing/index.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { bitcoinCli } from "../helpers/bitcoin-cli.ts";
import { ProjectStack } from "../helpers/stack.ts";

const day = 86_400;

let stack: ProjectStack;
let later: string;
let archive: string;
beforeAll(async () => {
  stack = await ProjectStack.create();
  await stack.up();
  later = `${stack.prefix}later`;
  archive = `/tmp/${later}.tar`;
});
afterAll(async () => {
  await execa("sh", ["toolchain/run.sh", "snapshot", "remove", later], {
    cwd: projectFolder,
    reject: false,
  });
  await rm(archive, { force: true });
  await stack[Symbol.asyncDispose]();
});

async function ask(node: string, ...args: string[]): Promise<string> {
  return await bitcoinCli(stack.container(node), ...args);
}

/** The command line as a person uses it. */
async function run(...args: string[]) {
  return await execa("sh", ["toolchain/run.sh", ...args], { cwd: projectFolder, reject: false });
}

async function succeeds(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(...args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

async function onStack(command: string, ...args: string[]): Promise<string> {
  return await succeeds(command, ...args, "--stack", stack.name);
}

/** Of the node's newest block, in seconds since 1970. */
async function tipTime(node: string): Promise<number> {
  return (JSON.parse(await ask(node, "getblockchaininfo")) as { time: number }).time;
}

/** What the node's clock shows, as long as no block is newer. */
async function clockOf(node: string): Promise<number> {
  const template = await ask(node, "getblocktemplate", '{"rules":["segwit"]}');
  return (JSON.parse(template) as { curtime: number }).curtime;
}

async function untilAnswers(node: string): Promise<void> {
  await waitFor(
    () => ask(node, "getblockcount").catch((error: unknown) => ({ pending: String(error) })),
    {
      what: `${node} to answer`,
      limitMs: 60_000,
    },
  );
}

const now = (): number => Math.floor(Date.now() / 1_000);

describe("the time of a stack", () => {
  let time: number;

  it("is moved on by days, and stands still there", async () => {
    const before = now();
    const stdout = await onStack("time", "advance", "2d", "--json");
    const told = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { time: string };
    time = Date.parse(told.time) / 1_000;
    expect(time).toBeGreaterThanOrEqual(before + 2 * day);
    expect(time).toBeLessThanOrEqual(now() + 2 * day);
    await onStack("mine", "2");
    for (const node of ["alice", "miner"]) expect(await clockOf(node)).toBe(time);
    expect(await tipTime("alice")).toBe(time);
    expect(await onStack("status")).toContain("Clocks stand still at");
  });

  it("goes on between blocks that are mined with a spacing", async () => {
    await onStack("mine", "3", "--spacing", "10m");
    time += 1_800;
    expect(await tipTime("alice")).toBe(time);
    const hash = await ask("alice", "getblockhash", "110");
    const { time: first } = JSON.parse(await ask("alice", "getblockheader", hash)) as {
      time: number;
    };
    expect(first).toBe(time - 1_200);
    expect(await clockOf("alice")).toBe(time);
  });

  it("is the same after a restart of a container", async () => {
    await stack.container("alice").restart();
    await untilAnswers("alice");
    expect(await clockOf("alice")).toBe(time);
    // By itself the other one dials it again within a minute.
    await onStack("join");
  });

  it("is that of a node which is added", { tags: ["long"] }, async () => {
    const nodes = [{ name: "alice" }, { name: "miner", role: "miner" }];
    await stack.configure({ nodes: JSON.stringify([...nodes, { name: "bob" }]) });
    await stack.up();
    expect(await ask("bob", "getblockcount")).toBe("112");
    expect(await clockOf("bob")).toBe(time);
    await stack.configure({ nodes: JSON.stringify(nodes) });
    await stack.up();
  });

  it("is in a snapshot; unconfirmed payments that no wallet made are too, and in the mempools as before", async () => {
    await ask("alice", "-named", "createwallet", "wallet_name=outsider");
    const outside = await ask("alice", "-rpcwallet=outsider", "getnewaddress");
    await ask("alice", "-rpcwallet=alice", "sendtoaddress", outside, "1");
    await onStack("mine", "1");
    await ask(
      "alice",
      "-rpcwallet=outsider",
      "-named",
      "send",
      `outputs={"${outside}":0.5}`,
      "fee_rate=5",
    );
    await ask("alice", "unloadwallet", "outsider", "false");
    const mempool = async (node: string): Promise<unknown> =>
      JSON.parse(await ask(node, "getrawmempool"));
    await waitFor(
      async () => (JSON.stringify(await mempool("miner")).length > 4 ? true : { pending: "none" }),
      { what: "the miner to know of the payment", limitMs: 30_000 },
    );
    const before = await mempool("alice");
    expect(before).toHaveLength(1);
    // bitcoind itself leaves it out at its next start: it has waited for more than two weeks then.
    await onStack("time", "advance", "15d");
    time += 15 * day;

    const told = await onStack("snapshot", later);
    expect(told).toContain(
      "It holds the unconfirmed transactions in the mempools: alice 1, miner 1",
    );
    expect(told).toContain("Its clocks stand still at");
    for (const node of ["alice", "miner"]) {
      expect(await mempool(node)).toEqual(before);
      expect(await clockOf(node)).toBe(time);
    }

    await onStack("reset");
    expect(await mempool("alice")).toEqual([]);
    expect(Math.abs((await clockOf("alice")) - now())).toBeLessThan(60);
    expect(await onStack("time")).toContain("show the present");
    await onStack("reset", "--to", later);
    expect(await mempool("alice")).toEqual(before);
    expect(await clockOf("alice")).toBe(time);
  });

  it("goes with a snapshot that was exported and imported, and into clones", async () => {
    await succeeds("snapshot", "export", later, archive);
    await succeeds("snapshot", "remove", later);
    await succeeds("snapshot", "import", archive);
    await using network = await cloneNetwork({ snapshot: later });
    expect(await network.time.now()).toBe(time);
    expect(await network.miner.rpc.call("getrawmempool")).toHaveLength(1);
    await network.mine();
    expect(await network.alice.rpc.call("getrawmempool")).toEqual([]);
  });

  it("does not go back behind the newest block, and to the present after a reset", async () => {
    const { exitCode, stderr } = await run("time", "present", "--stack", stack.name);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("nodes would refuse to start with it");
    await onStack("reset");
    await onStack("time", "set", String(now() + day));
    expect(await onStack("time", "present")).toContain(
      `The clocks of stack ${stack.name} show the present`,
    );
    await stack.container("miner").restart();
    await untilAnswers("miner");
    expect(Math.abs((await clockOf("miner")) - now())).toBeLessThan(60);
  });
});

describe("a time that is far off", () => {
  it("is one like any other: nodes stay connected, mine and pay", async () => {
    await onStack("time", "set", "2105-01-01");
    await onStack("mine", "1");
    expect(await tipTime("alice")).toBe(Date.parse("2105-01-01") / 1_000);
    await ask("miner", "sendtoaddress", await ask("alice", "getnewaddress"), "1");
    await waitFor(
      async () => {
        const txids = JSON.parse(await ask("alice", "getrawmempool")) as string[];
        return txids.length === 1 ? true : { pending: `${txids.length} transactions` };
      },
      { what: "alice to know of the payment", limitMs: 30_000 },
    );
    await onStack("reset");
  });
});

describe("a time that was set by hand", () => {
  it("is refused by a snapshot before anything is stopped", async () => {
    const time = now() + 3 * day;
    for (const node of ["alice", "miner"]) await ask(node, "setmocktime", String(time));
    await ask("miner", "generatetoaddress", "1", await ask("miner", "getnewaddress"));
    const started = (await stack.container("alice").inspect()).State.StartedAt;
    const { exitCode, stderr } = await run("snapshot", `${later}-2`, "--stack", stack.name);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/the newest block has the time .*it would refuse to start/);
    expect((await stack.container("alice").inspect()).State.StartedAt).toBe(started);
  });

  /** Lets the nodes end, so that they do not start again. */
  async function restartNodes(): Promise<void> {
    for (const node of ["alice", "miner"]) await stack.container(node).restart();
    await waitFor(
      async () => {
        const { RestartCount } = await stack.container("miner").inspect();
        return RestartCount > 0 ? true : { pending: "it has not ended yet" };
      },
      { what: "the miner to end", limitMs: 60_000 },
    );
  }

  it("is found out by an up, when the nodes do not start for it", { tags: ["long"] }, async () => {
    const height = await ask("miner", "getblockcount");
    await restartNodes();
    const { exitCode, stderr } = await run("up", "--stack", stack.name);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("in the future: the clocks were set to that time");
    for (const node of ["alice", "miner"]) expect(await ask(node, "getblockcount")).toBe(height);
    await onStack("mine", "1");
    await onStack("reset");
    expect(Math.abs((await clockOf("alice")) - now())).toBeLessThan(60);
  });

  it("is given up by a reset, likewise", { tags: ["long"] }, async () => {
    for (const node of ["alice", "miner"]) await ask(node, "setmocktime", String(now() + 3 * day));
    await ask("miner", "generatetoaddress", "1", await ask("miner", "getnewaddress"));
    await restartNodes();
    await onStack("reset");
    expect(await ask("miner", "getblockcount")).toBe("107");
  });
});
