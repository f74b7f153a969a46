/**
 * What is done with a network, from the kit and from the command line: the same on one clone. On a stack:
 * tests/integration/mining.test.ts.
 */
import { randomBytes } from "node:crypto";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import {
  removeSnapshot,
  type SharedKitSnapshot,
  sharedKitSnapshot,
  thingsOf,
} from "../helpers/kit-snapshot.ts";
import { peerNames } from "../helpers/peer-names.ts";
import { type TempFolder, tempFolder } from "../helpers/temp-folder.ts";

interface Told extends Record<string, unknown> {
  readonly type: string;
}

let kit: SharedKitSnapshot;
let state: TempFolder;
let network: TestNetwork;
beforeAll(async () => {
  // A key of this file's own: `release --all` is to remove nobody else's clones.
  state = await tempFolder();
  vi.stubEnv("XDG_STATE_HOME", state.path);
  kit = await sharedKitSnapshot();
  network = await cloneNetwork({ snapshot: kit.name });
});
afterAll(async () => {
  await network.dispose();
  vi.unstubAllEnvs();
  await state[Symbol.asyncDispose]();
});

/** The package's program as it is typed. */
async function run(...args: readonly string[]) {
  return await execa(process.execPath, ["cli/package-main.ts", ...args], {
    cwd: projectFolder,
    reject: false,
  });
}

/** The one object that a verb with `--json` prints, on the clone. */
async function tells(verb: string, ...args: readonly string[]): Promise<Told> {
  const { stdout, stderr, exitCode } = await run(verb, ...args, "--clone", network.id, "--json");
  expect(exitCode, stdout + stderr).toBe(0);
  const told = JSON.parse(stdout) as Told;
  expect(told).toMatchObject({ type: "result", command: verb, clone: network.id });
  return told;
}

async function heightOf(node: string): Promise<number> {
  return await network.node(node).rpc.call("getblockcount");
}

/** Ends a reorg of a hundred blocks as soon as the miner has taken some of them back. */
async function endReorg(signal: "SIGINT" | "SIGKILL", height: number): Promise<void> {
  const reorg = execa(
    process.execPath,
    ["cli/package-main.ts", "reorg", "100", "--clone", network.id],
    { cwd: projectFolder, reject: false },
  );
  await waitFor(
    async () => {
      const now = await heightOf("miner");
      return now < height || { pending: `the miner is at ${now}` };
    },
    { what: "a block to be taken back", limitMs: 30_000, everyMs: 1, maxEveryMs: 1 },
  );
  reorg.kill(signal);
  const { exitCode } = await reorg;
  expect(exitCode).not.toBe(0);
}

/** What the node's clock shows, in seconds since 1970, as long as no block is newer. */
async function clockOf(node: string): Promise<number> {
  const { rpc } = network.node(node);
  return (await rpc.call("getblocktemplate", [{ rules: ["segwit"] }])).curtime;
}

describe("a clone, from the kit and by its id", () => {
  it("mines and pays", async () => {
    await network.mine();
    expect(await tells("mine", "2", "--to", "Alice")).toMatchObject({
      blocks: 2,
      height: 110,
      cutOff: [],
      address: "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx",
    });
    const address = await network.newAddress("alice", { label: "shop", type: "bech32m" });
    expect(address).toMatch(/^bcrt1p/);
    const before = Number(await network.balance("alice"));
    const paid = await tells("fund", "shop", "1.5", "--confirmations", "0");
    expect(paid).toMatchObject({ address, amount: "1.50000000" });
    const txid = String(paid["txid"]);
    expect(await network.waitForTransaction(txid)).toBe(0);
    expect(await tells("balance", "alice")).toMatchObject({
      balances: { alice: [{ name: "alice", pending: "1.50000000" }] },
    });
    await network.mine();
    expect(await tells("wait-for-transaction", txid, "--confirmations", "1")).toMatchObject({
      confirmations: 1,
    });
    expect(await network.balance("alice")).toBe((before + 1.5).toFixed(8));
    const made = await tells("new-address", "miner", "--type", "legacy");
    // What alice sends at the same moment is in the same block.
    const sent = await network.alice.wallet.call("sendtoaddress", [address, 0.5]);
    await network.fund(String(made["address"]), 1);
    const { confirmations } = await network.alice.wallet.call("gettransaction", [sent]);
    expect(confirmations).toBe(1);
  });

  it("pays many at once, and fills blocks from which nodes estimate fees", async () => {
    const address = await network.newAddress("alice");
    const paid = await tells("fund", address, "0.1", "--count", "3", "--confirmations", "0");
    expect(paid["txids"]).toHaveLength(3);
    const more = await network.fundMany(address, "0.1", 2, { confirmations: 0 });
    const pool = await network.alice.rpc.call("getrawmempool");
    expect(pool).toEqual(expect.arrayContaining([...(paid["txids"] as string[]), ...more]));

    const height = await heightOf("alice");
    const made = await tells("traffic", "3", "--payments", "4");
    expect(made).toMatchObject({ blocks: 3, height: height + 4 });
    const [, second = []] = made["txids"] as string[][];
    const hash = await network.alice.rpc.call("getblockhash", [height + 3]);
    const { tx } = await network.alice.rpc.call("getblock", [hash]);
    expect(tx.slice(1).toSorted()).toEqual(second.toSorted());
    const { feeRates } = await network.traffic({ blocks: 12 });
    expect(feeRates["alice"]).toBeGreaterThanOrEqual(1);
    await expect(network.traffic({ payments: 101 })).rejects.toThrow("from 1 to 100");
  });

  it("replaces blocks, and waits until all nodes agree", async () => {
    const height = await network.sync();
    await network.reorg(1);
    const { replaced, mined } = await tells("reorg", "2", "--transactions", "mined");
    expect([replaced, mined]).toMatchObject([{ length: 2 }, { length: 3 }]);
    expect(await tells("sync")).toMatchObject({ height: height + 2 });
  });

  it("goes on with the old blocks where a reorg failed or was interrupted", async () => {
    const height = await network.sync();
    await network.alice.wallet.call("unloadwallet", ["alice", true]);
    await expect(network.reorg(1, { by: "alice" })).rejects.toThrow("code -18");
    await network.alice.rpc.call("loadwallet", ["alice"]);
    const tip = await network.alice.rpc.call("getbestblockhash");
    expect(await network.miner.rpc.call("getbestblockhash")).toBe(tip);

    await endReorg("SIGINT", height);
    expect(await network.miner.rpc.call("getbestblockhash")).toBe(tip);
    expect(await network.sync()).toBe(height);

    await endReorg("SIGKILL", height);
    const began = performance.now();
    const { stderr } = await run("sync", "--clone", network.id);
    expect(performance.now() - began).toBeLessThan(20_000);
    const [, hash = ""] = /cli -- miner reconsiderblock ([0-9a-f]{64})/.exec(stderr) ?? [];
    const command = ["miner", "reconsiderblock", hash];
    expect((await run("cli", "--clone", network.id, ...command)).stderr).toBe("");
    expect(await network.sync()).toBe(height);
    expect(await network.miner.rpc.call("getbestblockhash")).toBe(tip);
  });

  it("replaces no more than it was told where nodes know other branches", async () => {
    await network.partition([["alice"]]);
    const [other = ""] = await network.mine(1, { by: "alice" });
    await network.mine(2);
    await network.join();
    const height = await network.sync();
    await network.reorg(2);
    expect(await network.sync()).toBe(height + 1);
    expect(await network.miner.rpc.call("getblockheader", [other])).toMatchObject({
      confirmations: -1,
    });
  });

  it("says as an object why something is not done", async () => {
    const { stdout, exitCode } = await run("fund", "nobody", "1", "--clone", network.id, "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      type: "error",
      message: expect.stringContaining('no address has the label "nobody"') as string,
    });
    const late = await run(
      ...["wait-for-transaction", "00".repeat(32), "--timeout", "1", "--clone", network.id],
    );
    expect(late.stderr).toMatch(
      /waited 1 s for alice, miner .*; last seen: alice does not know it/,
    );
  });

  it("moves its clocks", async () => {
    const set = await network.time.set("2030-01-01");
    expect(await tells("time")).toMatchObject({ standsStill: true, time: "2030-01-01T00:00:00Z" });
    await tells("time", "advance", "1d");
    expect(await network.time.now()).toBe(set + 86_400);
    expect(await tells("time", "present")).toMatchObject({ standsStill: false });
  });

  it("is parted and joined, each side with blocks of its own meanwhile", async () => {
    const height = await heightOf("alice");
    expect(await tells("partition", "alice")).toMatchObject({ cut: [["alice", "miner"]] });
    const began = performance.now();
    expect(await tells("mine", "2")).toMatchObject({ height: height + 2, cutOff: ["alice"] });
    await network.mine(1, { by: "alice" });
    // Nobody waits for connections that were cut on purpose, and none comes back.
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(await heightOf("alice")).toBe(height + 1);
    expect(await network.alice.rpc.call("getpeerinfo")).toEqual([]);
    await network.join();
    expect(await network.sync()).toBe(height + 2);

    await network.partition([["miner"]]);
    await network.mine(1, { by: "alice" });
    for (const node of ["alice", "miner"]) await tells("restart", node);
    await tells("stop", "alice", "miner");
    await tells("start", "miner", "alice");
    await kit.docker.getContainer(network.miner.containerId).restart();
    await tells("start", "miner");
    // Nor did it dial for a moment: it would know of the block.
    expect(await network.miner.rpc.call("getblockchaininfo")).toMatchObject({
      ...{ blocks: height + 2, headers: height + 2 },
    });
    expect(await network.miner.rpc.call("getpeerinfo")).toEqual([]);
    expect(await tells("join")).toMatchObject({ connected: [["alice", "miner"]] });
    await tells("disconnect", "alice", "miner");
    expect(await network.alice.rpc.call("getpeerinfo")).toEqual([]);
    await network.connect("miner", "alice");
    await network.disconnect("miner", "alice");
    await tells("connect", "alice", "miner");
    expect(peerNames(await network.alice.rpc.call("getpeerinfo"))).toEqual(["miner"]);
    await expect(network.partition([["bob"]])).rejects.toThrow("the network has no node bob");
  });

  it("confirms a payment on the longest chain, right after the nodes were joined", async () => {
    await network.partition([["alice"]]);
    await network.mine(20, { by: "alice" });
    await network.join();
    const txid = await network.fund("Alice", 1);
    const { confirmations } = await network.miner.wallet.call("gettransaction", [txid]);
    expect(confirmations).toBe(1);
  });

  it("goes on without nodes that are stopped or paused, which come back where they were", async () => {
    await tells("stop", "alice");
    expect(await tells("mine")).toMatchObject({ cutOff: ["alice"] });
    expect((await run("cli", "--clone", network.id, "alice", "getblockcount")).stderr).toContain(
      `alice: its container is exited; npx regtest-network start alice --clone ${network.id} starts it`,
    );
    await expect(network.balance("alice")).rejects.toThrow("alice is stopped or paused");
    await network.start("alice");
    const height = await network.sync();
    expect(await heightOf("alice")).toBe(height);
    await network.stop("alice");
    expect(await tells("start", "alice")).toMatchObject({ nodes: ["alice"] });
    await tells("restart", "miner");
    expect(await heightOf("miner")).toBe(height);

    await network.pause("alice");
    await network.mine();
    await tells("unpause", "alice");
    expect(await network.sync()).toBe(height + 1);
    await tells("pause", "alice");
    await network.unpause("alice");
    await network.restart("alice");
    const { stderr } = await run("stop", "bob", "--clone", network.id);
    expect(stderr).toContain("the network has no node bob; it has alice, miner");
  });

  it("is what its environment says, also for a shell", async () => {
    const { alice, miner } = network;
    expect(await tells("env")).toMatchObject({
      env: {
        ...{ RPC_USER: alice.user, RPC_PASSWORD: alice.password },
        ...{ ALICE_RPC_URL: alice.url, MINER_RPC_URL: miner.url },
      },
    });
    const { stdout } = await run("env", "--clone", network.id, "--export");
    const shell = await execa("sh", ["-c", `${stdout}\nprintenv MINER_RPC_URL`]);
    expect(shell.stdout).toBe(miner.url);
  });

  it("shows its logs, and runs bitcoin-cli in a node", async () => {
    const { stdout } = await run("cli", "--clone", network.id, "alice", "getblockcount");
    expect(stdout).toBe(String(await heightOf("alice")));
    const logs = await run("logs", "--clone", network.id, "--json", "--tail", "3", "miner");
    const lines = logs.stdout.split("\n").map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual(Array(3).fill(expect.objectContaining({ node: "miner" })));
  });

  it("is taken as a snapshot, from which other clones start, and goes on", async () => {
    const name = `test-${randomBytes(4).toString("hex")}`;
    const txid = await network.fund("Alice", 1, { confirmations: 0 });
    const { facts } = await network.snapshot(name);
    try {
      expect(facts.height).toBe(await heightOf("alice"));
      await expect(network.snapshot(name)).rejects.toThrow(`there is a snapshot "${name}" already`);
      await network.mine();
      expect(await tells("snapshot", name, "--force")).toMatchObject({
        snapshot: name,
        height: facts.height + 1,
      });
      await network.mine();
      await using other = await cloneNetwork({ snapshot: name });
      expect(await other.waitForTransaction(txid)).toBe(1);
      expect(await other.sync()).toBe(facts.height + 1);
      expect(other.manifest.funded).toEqual(network.manifest.funded);
    } finally {
      await removeSnapshot(kit.docker, name);
    }
  });

  it("moves the clocks of nodes too that are stopped or paused meanwhile", async () => {
    await network.stop("alice");
    await network.time.advance("40d");
    await network.mine();
    await network.start("alice");
    const height = await network.sync();

    await network.pause("alice");
    await network.mine(2, { spacing: "10d" });
    await network.unpause("alice");
    expect(await network.sync()).toBe(height + 2);
    expect(await clockOf("alice")).toBe(await network.time.now());

    await network.reset();
    await network.time.set("2040-01-01");
    await network.stop("alice");
    await network.time.present();
    await network.start("alice");
    expect(Math.abs((await clockOf("alice")) - Date.now() / 1_000)).toBeLessThan(60);
  });

  it("goes back to its snapshot, all connections with it", async () => {
    await network.partition([["alice"]]);
    expect(await tells("reset")).toMatchObject({ snapshot: kit.name, height: 107 });
    await network.mine();
    expect(await heightOf("alice")).toBe(108);
  });

  it("is reset once more by one who does not wait for the first", async () => {
    await Promise.all([network.reset(), network.reset(), network.reset()]);
    expect(await heightOf("alice")).toBe(107);
  });
});

describe("clones", () => {
  it("are listed by who started them, and released one by one or all, but for those of a live process", async () => {
    const started = await run("clone", "--snapshot", kit.name, "--minutes", "5", "--json");
    const { id } = JSON.parse(started.stdout) as { id: string };
    const { stdout } = await run("list", "--json");
    const { clones } = JSON.parse(stdout) as { clones: { id: string; expires: string | null }[] };
    expect(clones.map(({ id }) => id)).toEqual([network.id, id]);
    expect(clones[0]).toMatchObject({
      snapshot: kit.name,
      nodes: ["alice", "miner"],
      expires: null,
    });
    const left = Date.parse(clones[1]?.expires ?? "") - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(301_000);
    expect((await run("list")).stdout).toMatch(
      /alice, miner {2}started .* ago {2}ends in \d minutes/,
    );
    await using other = await tempFolder();
    const env = { XDG_STATE_HOME: other.path };
    const theirs = await execa(process.execPath, ["cli/package-main.ts", "mine", "--clone", id], {
      ...{ cwd: projectFolder, reject: false, env },
    });
    expect(theirs.stderr).toContain("was started by another user, or on another machine");

    expect((await run("release")).stderr).toContain("give the id of a clone");
    const released = await run("release", "--all", "--json");
    expect(JSON.parse(released.stdout)).toMatchObject({ released: [id] });
    expect(await thingsOf(kit.docker, id)).toBe(0);
    expect((await run("mine", "--clone", id)).stderr).toContain(`there is no clone ${id}`);
    expect(await heightOf("alice")).toBe(107);
  });
});
