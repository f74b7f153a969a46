/** What is done with a network of three nodes. */
import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { connectEngine } from "../../engine/client.ts";
import { removeSnapshot } from "../helpers/kit-snapshot.ts";
import { peerNames } from "../helpers/peer-names.ts";

let network: TestNetwork<"alice" | "bob" | "miner">;
beforeAll(async () => {
  network = await cloneNetwork({
    nodes: [{ name: "alice" }, { name: "bob" }, { name: "miner", role: "miner" }],
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
