/** Two people bring up a stack each: what they have in common, and how time goes on from there. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { mine } from "../../bootstrap/chain/mining.ts";
import { minerOf, type Run } from "../../bootstrap/nodes/run.ts";
import { readBlocks } from "../golden/blocks.ts";
import { chainFacts } from "../../bootstrap/chain/facts.ts";
import { labelBalances, privateKeyOf } from "../../bootstrap/index.ts";
import type { Node } from "../../bootstrap/nodes/node.ts";
import { connectPeers } from "../../bootstrap/nodes/peers.ts";
import { ensureReady } from "../../bootstrap/nodes/ready.ts";
import { openTemporaryNetwork } from "../../bootstrap/nodes/temporary-network.ts";
import { waitFor } from "../../base/wait.ts";
import { tellAll } from "../helpers/bootstraps.ts";
import { expectGolden } from "../helpers/golden.ts";
import { defaultStack } from "../helpers/default-stack.ts";
import { onStack } from "../helpers/on-stack.ts";
import { nothing } from "../helpers/declared.ts";
import { ProjectStack } from "../helpers/stack.ts";

interface Chain {
  readonly height: number;
  readonly tip: string;
  readonly aliceAddress: string;
  readonly fundingTxid: string;
}

describe("two stacks with the defaults", () => {
  let stacks: readonly [ProjectStack, ProjectStack];
  beforeAll(async () => {
    const own = await ProjectStack.create();
    await own.up();
    // The one that is only looked at is the run's.
    stacks = [await defaultStack(), own];
  });
  afterAll(async () => {
    await stacks[1][Symbol.asyncDispose]();
  });

  it("have every block hash, txid and address in common", async () => {
    const [one, other] = await Promise.all(
      stacks.map((stack) => onStack(stack, ({ nodes }) => tellAll(nodes))),
    );
    expect(one?.["alice"]?.blocks).toHaveLength(108);
    expect(one?.["alice"]?.known).toEqual(["Alice: mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx"]);
    expect(one?.["miner"]?.blocks).toEqual(one?.["alice"]?.blocks);
    expect(other).toEqual(one);
  });

  it("have the golden values of their bitcoind, if there are any", async () => {
    const chain = await stacks[0].output<Chain>("chain");
    await onStack(stacks[0], async (run) => {
      const facts = await chainFacts(run);
      expect([facts.tip, facts.height]).toEqual([chain.tip, chain.height]);
      const { aliceAddress: address, fundingTxid: txid } = chain;
      const funded = [{ node: "alice", label: "Alice", amount: "30", address, txid }];
      await expectGolden(minerOf(run), { facts, funded });
    });
  });

  it("give Alice the walk-through's address, key and balance", async () => {
    const outputs = await stacks[0].outputs();
    const endpoints = outputs["endpoints"]?.value as Record<string, string>;
    const alice = {
      port: Number(new URL(endpoints["alice"] ?? "").port),
      password: outputs["rpcPassword"]?.value as string,
    };
    expect(await labelBalances(alice)).toEqual({ "": 0, Alice: 30 });
    expect(await privateKeyOf(alice, "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx")).toBe(
      "cQowgjRpUocje98dhJrondLbHNmgJgAFKdUJjCTtd3VeMfWeaHh7",
    );
  });

  it("go on in the present after the bootstrap", async () => {
    await onStack(stacks[1], async (run) => {
      await expectPresent(() => goesOn(run));
    });
  });

  // By hand, below, is the same without Pulumi.
  it(
    "go on in the present in a stack that starts from their snapshot",
    { tags: ["long"] },
    async () => {
      const { name, prefix } = stacks[1];
      await using restored = await ProjectStack.create({
        start: "snapshot",
        snapshot: prefix + name,
      });
      await restored.up();
      await onStack(restored, async (run) => {
        const { tip } = await stacks[1].output<Chain>("chain");
        expect((await chainFacts(run)).tip).toBe(tip);
        await expectPresent(() => goesOn(run));
      });
    },
  );

  it("go on in the present when their snapshots are started by hand", async () => {
    const images = await stacks[1].output<Record<string, { image: string }>>("snapshots");
    await using restored = await openTemporaryNetwork(stacks[1].docker, {
      nodes: [
        { name: "miner", role: "miner", image: images["miner"]?.image ?? "" },
        { name: "alice", role: "peer", image: images["alice"]?.image ?? "" },
      ],
      signal: AbortSignal.timeout(120_000),
    });
    await restored.run(async (run) => {
      await ensureReady(run);
      await connectPeers(run, restored.inputs.connect);
      const { tip } = await stacks[1].output<Chain>("chain");
      expect((await chainFacts(run)).tip).toBe(tip);
      await expectPresent(() => goesOn(run));
    });
  });

  it("part when one gets a seed of its own, which may be a secret", async () => {
    const [one, other] = stacks;
    const before = await one.output<Chain>("chain");
    const walletSeed = "a seed that nobody else has";
    await other.configureSecret("walletSeed", walletSeed);
    // With the block that was mined since.
    await other.pulumi(["up", "--yes", "--skip-preview"], { REGTEST_DISCARD_BLOCKS: "1" });
    const after = await other.output<Chain>("chain");
    expect(after.tip).not.toBe(before.tip);
    expect(after.aliceAddress).toBe(before.aliceAddress);
    const state = await other.pulumi(["stack", "export"]);
    expect(state).toContain(after.tip);
    const containers = await Promise.all(
      ["alice", "miner"].map((node) => other.container(node).inspect()),
    );
    // Not the whole state in the message of a failed test.
    expect(`${state}${JSON.stringify(containers)}`.includes(walletSeed)).toBe(false);
  });

  it("begin, go on and stay at a mock time, also after a restart", { tags: ["long"] }, async () => {
    const [, stack] = stacks;
    const mockTime = Date.parse("2024-02-29T12:00:00Z") / 1_000;
    await stack.configure({ mockTime: "2024-02-29T12:00:00Z" });
    await stack.up();
    const isMocked = (time: number): void => {
      // The chain runs ahead of a clock that stands still by one second in six blocks.
      expect(time).toBeGreaterThanOrEqual(mockTime);
      expect(time).toBeLessThan(mockTime + 60);
    };
    await onStack(stack, async (run) => {
      const blocks = await readBlocks(minerOf(run).rpc);
      for (const { time } of blocks.slice(1)) isMocked(time);
      isMocked(await goesOn(run));
    });
    for (const node of ["alice", "miner"]) await stack.container(node).restart();
    await onStack(stack, async (run) => {
      await ensureReady(run);
      await connectPeers(run, [["alice", "miner"]]);
      isMocked(await goesOn(run));
    });
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });
});

describe("a stack with a time or a seed that cannot be", () => {
  it("is refused with a word on each, before anything is made", async () => {
    await using stack = await ProjectStack.create({
      mockTime: "2100-01-01",
      walletSeed: "secret ",
    });
    const printed = await stack.upFails();
    expect(printed).toContain(
      'mockTime: "2100-01-01" is not allowed; give a time at most an hour after the present',
    );
    expect(printed).toContain("walletSeed: it is not allowed; give 1 to 256 printable ASCII");
    expect(printed).not.toContain("secret ");
    expect(await stack.footprint()).toEqual(nothing);
  });
});

/** The block that `work` mines is of the time at which it does so. */
async function expectPresent(work: () => Promise<number>): Promise<void> {
  const before = Math.floor(Date.now() / 1_000);
  const time = await work();
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now() / 1_000 + 1);
}

/**
 * What a user expects of nodes that just came up: they relay, spend, and mine.
 * @returns time of the new block, in seconds since 1970
 */
async function goesOn(run: Run): Promise<number> {
  const miner = minerOf(run);
  const alice = run.nodes.find(({ name }) => name === "alice");
  if (alice === undefined) throw new Error("the network has no node alice");
  for (const { rpc } of run.nodes) {
    expect((await rpc.call("getblockchaininfo")).initialblockdownload).toBe(false);
  }
  const address = await miner.wallet.call("getnewaddress", ["from alice", "bech32"]);
  const there = await alice.wallet.call("sendtoaddress", [address, 1]);
  await relayed(there, miner);
  const back = await miner.wallet.call("sendtoaddress", [
    await alice.wallet.call("getnewaddress", ["from the miner", "bech32"]),
    2,
  ]);
  await relayed(back, alice);

  const earned = (await labelBalances(miner.wallet))["from alice"] ?? 0;
  const paid = (await labelBalances(alice.wallet))["from the miner"] ?? 0;
  await mine(run, 1, address);
  const tip = await alice.rpc.call("getbestblockhash");
  const block = await alice.rpc.call("getblock", [tip]);
  expect(block.tx.slice(1).toSorted()).toEqual([there, back].toSorted());
  expect((await labelBalances(miner.wallet))["from alice"]).toBe(earned + 1);
  expect((await labelBalances(alice.wallet))["from the miner"]).toBe(paid + 2);
  return block.time;
}

async function relayed(txid: string, to: Node): Promise<void> {
  await waitFor(
    async () => {
      const mempool = await to.rpc.call("getrawmempool");
      return mempool.includes(txid) ? true : { pending: `${mempool.length} other transactions` };
    },
    // Without delay: nodes that do not know each other as friends wait for 2 seconds and more.
    { what: `${to.name} to have ${txid}`, limitMs: 10_000 },
  );
}
