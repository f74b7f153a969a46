/** What is done with a network of three nodes, two of which keep neither all blocks nor an index of transactions. */
import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { connectEngine } from "../../engine/client.ts";
import { removeSnapshot } from "../helpers/kit-snapshot.ts";
import { peerNames } from "../helpers/peer-names.ts";

const pruned = ["-txindex=0", "-prune=550"];

let network: TestNetwork<"alice" | "bob" | "miner">;
beforeAll(async () => {
  network = await cloneNetwork({
    nodes: [
      { name: "alice", arguments: pruned },
      { name: "bob" },
      { name: "miner", role: "miner", arguments: pruned },
    ],
    walletSeed: randomBytes(4).toString("hex"),
  });
});
afterAll(async () => {
  const { snapshot } = network.manifest;
  await network.dispose();
  await removeSnapshot(await connectEngine(), snapshot);
});

async function heightOf(name: "alice" | "bob" | "miner"): Promise<number> {
  return await network.node(name).rpc.call("getblockcount");
}

async function peersOf(name: "alice" | "bob" | "miner"): Promise<string[]> {
  return peerNames(await network.node(name).rpc.call("getpeerinfo")).toSorted();
}

describe("nodes without an index of transactions", () => {
  it("are waited for, and replace blocks with payments in them", async () => {
    const txid = await network.fund(await network.newAddress("bob"), 1, { confirmations: 2 });
    expect(await network.waitForTransaction(txid, { confirmations: 2, timeoutMs: 5_000 })).toBe(2);
    expect(await network.waitForTransaction(txid, { node: "alice", timeoutMs: 5_000 })).toBe(2);
    await network.stop("bob");
    // The miner's wallet knows the block.
    expect(await network.waitForTransaction(txid, { timeoutMs: 5_000 })).toBe(2);
    await network.start("bob");

    const { mined } = await network.reorg(2, { transactions: "mined" });
    const { tx } = await network.alice.rpc.call("getblock", [mined.at(-1) ?? ""]);
    expect(tx).toContain(txid);
    expect(await network.waitForTransaction(txid, { timeoutMs: 5_000 })).toBe(1);

    const unknown = "00".repeat(32);
    await expect(network.waitForTransaction(unknown, { timeoutMs: 500 })).rejects.toThrow(
      /alice does not have it in its mempool, and has no index of those in blocks, bob does not know it/,
    );
  });
});

describe("a partition", () => {
  it("holds for nodes that are stopped meanwhile, from their start on", async () => {
    await network.stop("bob");
    await network.partition([["alice"]]);
    await network.start("bob");
    const height = await heightOf("alice");
    await network.mine();
    expect(await heightOf("bob")).toBe(height + 1);
    expect(await heightOf("alice")).toBe(height);
    expect(await peersOf("alice")).toEqual([]);
    expect(await peersOf("bob")).toEqual(["miner"]);
    await network.join();
    expect(await network.sync()).toBe(height + 1);

    // The first of them dials nobody, the last one all others.
    await network.stop("alice", "miner");
    await network.partition([["bob"]]);
    await network.start("alice", "miner");
    for (const name of ["alice", "bob", "miner"] as const) await network.restart(name);
    await network.mine();
    expect(await heightOf("bob")).toBe(height + 1);
    expect(await peersOf("bob")).toEqual([]);
    expect(await peersOf("miner")).toEqual(["alice"]);
    await network.join();
    expect(await network.sync()).toBe(height + 2);
    expect(await peersOf("bob")).toEqual(["alice", "miner"]);
  });

  it("is none where a node is paused, which could not be told", async () => {
    await network.pause("bob");
    await expect(network.partition([["alice"]])).rejects.toThrow(
      "bob is paused; unpause or stop it first",
    );
    await expect(network.join()).rejects.toThrow("bob is paused; unpause or stop it first");
    await network.unpause("bob");
    expect(await peersOf("bob")).toEqual(["alice", "miner"]);
  });
});
