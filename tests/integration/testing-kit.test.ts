/** The test kit on a real engine: networks that are what they say, meet nobody, and leave nothing. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { openTemporaryNetwork } from "../../bootstrap/nodes/temporary-network.ts";
import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { execIn } from "../../engine/exec.ts";
import { label, labelFilter, stackLabels, temporaryPrefix } from "../../engine/labels.ts";
import { lastingLabels } from "../../engine/clean-up/owner.ts";
import { sweepAbandoned } from "../../engine/clean-up/sweep.ts";
import {
  cloneNetwork,
  createPool,
  prepareSnapshot,
  SnapshotMissingError,
  type TestNetwork,
} from "../../testing/index.ts";
import { cutOff } from "../helpers/cut-off.ts";
import { abortedAt } from "../helpers/engine-events.ts";
import { expectNoAnswer } from "../helpers/apart.ts";
import {
  removeSnapshot,
  type SharedKitSnapshot,
  sharedKitSnapshot,
  thingsOf,
} from "../helpers/kit-snapshot.ts";
import { ownContainers, ownLabels } from "../helpers/left-over.ts";
import { peerNames } from "../helpers/peer-names.ts";
import { ProcessGroup } from "../helpers/process-group.ts";

const defaultTip = "57b7f3cf1ab530536dd814ed969cca5f29e2cd09ed636a7b0d52b0a1890f8915";

/** Where examples/fees.ts leads. */
const feesTip = "30f662b6c1d1c84e8238e2d3c70c4c1b320cde23f4d6e4b0e957ae17fd2280c3";

let kit: SharedKitSnapshot;
let snapshot: string;
beforeAll(async () => {
  kit = await sharedKitSnapshot();
  snapshot = kit.name;
});

const tips = async ({ nodes }: TestNetwork): Promise<string[]> =>
  await Promise.all(nodes.map(({ rpc }) => rpc.call("getbestblockhash")));

describe("a network", () => {
  let network: TestNetwork;
  beforeAll(async () => {
    network = await cloneNetwork({ snapshot });
  });
  afterAll(async () => {
    await network.dispose();
    expect(await thingsOf(kit.docker, network.id)).toBe(0);
  });

  it("begins as the default chain ends, connected and funded", async () => {
    expect(network.manifest.facts.tip).toBe(defaultTip);
    expect(await tips(network)).toEqual([defaultTip, defaultTip]);
    expect(await network.alice.rpc.call("getbalance")).toBe(30);
    expect(await network.miner.rpc.call("getpeerinfo")).not.toEqual([]);
    expect(network.nodes.map(({ name }) => name)).toEqual(["alice", "miner"]);
    expect(network.node("miner")).toBe(network.nodes[1]);
    for (const { url, ports } of network.nodes) {
      expect(ports).toEqual({});
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    }
  });

  it("mines, to the miner or to whom it is told, and all nodes have the blocks", async () => {
    const before = await network.miner.wallet.call("getbalances");
    const hashes = await network.mine(3);
    expect(hashes).toHaveLength(3);
    expect(await tips(network)).toEqual([hashes[2], hashes[2]]);
    const after = await network.miner.wallet.call("getbalances");
    expect(after.mine.trusted).toBe(before.mine.trusted + 150);

    const to = await network.alice.wallet.call("getnewaddress");
    await network.mine(1, { to });
    expect((await network.alice.wallet.call("getbalances")).mine.immature).toBe(50);
  });

  it("pays an address, in the mempools or in the chain", async () => {
    const shop = network.alice.wallet;
    const address = await shop.call("getnewaddress", ["shop"]);
    const pending = await network.fund(address, "1.23456789", { confirmations: 0 });
    expect((await shop.call("gettransaction", [pending])).confirmations).toBe(0);
    const paid = await network.fund(address, 0.1, { confirmations: 2 });
    expect((await shop.call("gettransaction", [paid])).confirmations).toBe(2);
    expect(await shop.call<number>("getreceivedbyaddress", [address])).toBe(1.33456789);
    await expect(network.fund(address, 0.1 + 0.2)).rejects.toThrow("is not an amount in BTC");
  });

  it("mines what any node has just sent", async () => {
    const { alice, miner } = network;
    // Some of so many would miss the block that is mined at once.
    for (let round = 0; round < 12; round += 1) {
      const to = await miner.wallet.call("getnewaddress");
      const txid = await alice.wallet.call<string>("sendtoaddress", [to, "0.01"]);
      const [hash] = await network.mine();
      expect((await alice.wallet.call("gettransaction", [txid])).blockhash).toBe(hash);
    }
  });

  it("mines, pays and replaces blocks without a node that is cut off, which has them when it is back", async () => {
    const { alice, miner } = network;
    const before = await alice.rpc.call("getbestblockhash");
    await cutOff(alice.rpc);
    const lost = await alice.wallet.call<string>("sendtoaddress", [
      await miner.wallet.call("getnewaddress"),
      "0.01",
    ]);
    const began = performance.now();
    await network.mine(2);
    await network.fund(await miner.wallet.call("getnewaddress"), 1);
    await network.reorg(1);
    // Less than any limit of a wait.
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(await alice.rpc.call("getbestblockhash")).toBe(before);
    expect(await miner.rpc.call("getrawmempool")).not.toContain(lost);

    await alice.rpc.call("setnetworkactive", [true]);
    await alice.rpc.call<null>("addnode", ["miner", "onetry"]);
    const [hash] = await network.mine();
    expect(await alice.rpc.call("getbestblockhash")).toBe(hash);
    // Alice's own payment is nobody else's yet, and no reason not to pay.
    await network.fund(await alice.wallet.call("getnewaddress"), 1, { confirmations: 0 });
    await miner.rpc.call("sendrawtransaction", [await alice.rpc.call("getrawtransaction", [lost])]);
    await network.mine();
    expect((await alice.wallet.call("gettransaction", [lost])).confirmations).toBe(1);
  });

  it("replaces its last blocks, their transactions back in all mempools", async () => {
    const txid = await network.fund(await network.alice.wallet.call("getnewaddress"), 1);
    const height = await network.sync();
    const old = await network.alice.rpc.call("getbestblockhash");
    const { replaced, mined } = await network.reorg(3);
    expect(replaced).toHaveLength(3);
    expect(replaced[2]).toBe(old);
    expect(mined).toHaveLength(4);
    expect(await tips(network)).toEqual([mined[3], mined[3]]);
    expect(await network.sync()).toBe(height + 1);
    for (const { rpc } of network.nodes) {
      expect(await rpc.call("getrawmempool")).toContain(txid);
    }
    await network.mine();
    const again = await network.reorg(1, { transactions: "mined" });
    expect(await network.alice.rpc.call("getrawmempool")).toEqual([]);
    const { blockhash } = await network.alice.wallet.call("gettransaction", [txid]);
    expect(again.mined).toContain(blockhash);
    await expect(network.reorg(1_000)).rejects.toThrow(
      /the chain has \d+ blocks to replace, not 1000/,
    );
  });

  it("has its clocks where a test moves them, and blocks as far apart as it says", async () => {
    const set = await network.time.set("2030-01-01");
    expect(await network.time.now()).toBe(set);
    expect(await network.time.advance("1d")).toBe(set + 86_400);
    const hashes = await network.mine(3, { spacing: "10m" });
    const headers = await Promise.all(
      hashes.map((hash) => network.alice.rpc.call("getblockheader", [hash])),
    );
    expect(headers.map(({ time }) => time - set - 86_400)).toEqual([600, 1_200, 1_800]);
    expect(await network.time.now()).toBe(set + 86_400 + 1_800);
    await expect(network.time.present()).rejects.toThrow("nodes would refuse to start with it");
    await expect(network.time.set("2010-01-01")).rejects.toThrow("the clocks cannot be set to");
    await expect(network.mine(1, { spacing: "a while" })).rejects.toThrow("is no span of time");
    await network.reset();
    expect(Math.abs((await network.time.now()) - Date.now() / 1_000)).toBeLessThan(60);
  });

  it("goes back to its snapshot, with the same ports and clients", async () => {
    const urls = network.nodes.map(({ url }) => url);
    await network.alice.rpc.call("createwallet", { wallet_name: "other" });
    await network.reset();
    expect(await tips(network)).toEqual([defaultTip, defaultTip]);
    expect(await network.alice.rpc.call("listwallets")).toEqual(["alice"]);
    expect(await network.alice.rpc.call("getbalance")).toBe(30);
    expect(await network.miner.rpc.call("getrawmempool")).toEqual([]);
    expect(network.nodes.map(({ url }) => url)).toEqual(urls);
    expect(await network.mine()).toHaveLength(1);
  });

  it("shows what its nodes wrote, and says what it does not have", async () => {
    const logs = await network.logs();
    expect(Object.keys(logs).toSorted()).toEqual(["alice", "miner"]);
    expect(logs["alice"]).toContain("init message: Done loading");
    expect(() => network.node("bob")).toThrow(/the network has no node bob; it has .*alice/);
  });

  it("tells of a node that ended while it is worked with, with its last lines", async () => {
    await using broken = await cloneNetwork({ snapshot, timeoutMs: 20_000 });
    await kit.docker.getContainer(broken.alice.containerId).kill();
    await expect(broken.mine()).rejects.toThrow(/alice: its container/);
  });
});

describe("several networks", () => {
  /** How many containers wait in this process's pools. */
  async function frozen(): Promise<number> {
    const filters = { ...labelFilter(ownLabels), status: ["paused"] };
    return (await kit.docker.listContainers({ filters })).length;
  }

  it("do not meet: no names, no blocks, no credentials in common", async () => {
    const networks = await Promise.all(Array.from({ length: 4 }, () => cloneNetwork({ snapshot })));
    try {
      const [one, two] = networks as [TestNetwork, TestNetwork, ...TestNetwork[]];
      await one.mine(5);
      expect(await one.alice.rpc.call("getblockcount")).toBe(112);
      expect(await two.alice.rpc.call("getblockcount")).toBe(107);
      expect(new Set(networks.map(({ alice }) => alice.password)).size).toBe(4);
      expect(new Set(networks.flatMap(({ nodes }) => nodes.map(({ url }) => url))).size).toBe(8);
      const { NetworkSettings } = await kit.docker.getContainer(two.alice.containerId).inspect();
      const [address = ""] = Object.values(NetworkSettings.Networks).map(
        ({ IPAddress }) => IPAddress,
      );
      const cli = [
        "bitcoin-cli",
        `-rpcconnect=${address}`,
        "-rpcport=18332",
        "-rpcclienttimeout=3",
      ];
      const credentials = [`-rpcuser=${two.alice.user}`, `-rpcpassword=${two.alice.password}`];
      const container = kit.docker.getContainer(one.alice.containerId);
      await expectNoAnswer(async () => {
        const asked = await execIn(container, [...cli, ...credentials, "getblockcount"]);
        return asked.exitCode === 0 ? asked.output : undefined;
      });
    } finally {
      await Promise.all(networks.map((network) => network.dispose()));
    }
  });

  it("come from a pool at once, each to one test, and the pool leaves none behind", async () => {
    const taken: TestNetwork[] = [];
    {
      await using pool = await createPool({ snapshot, size: 2 });
      await pool.filled();
      taken.push(...(await Promise.all([pool.take(), pool.take(), pool.take()])));
      expect(new Set(taken.map(({ id }) => id)).size).toBe(3);
      await pool.filled();
    }
    for (const network of taken) {
      // What was taken outlives the pool.
      expect(await network.mine()).toHaveLength(1);
      await network.dispose();
      expect(await thingsOf(kit.docker, network.id)).toBe(0);
    }
    expect(await frozen()).toBe(0);
  });

  it("that wait in a pool are frozen after a while, and never those that were taken", async () => {
    await using pool = await createPool({ snapshot, size: 1 });
    await pool.filled();
    await using network = await pool.take();
    await pool.filled();
    // Those of the one that waits, when that of the other would be over too.
    await waitFor(async () => (await frozen()) >= 2 || { pending: "not frozen" }, {
      what: "the waiting network to be frozen",
      limitMs: 30_000,
    });
    expect(await frozen()).toBe(2);
    await network.mine();
    await using thawed = await pool.take();
    expect(await thawed.alice.rpc.call("getblockcount")).toBe(107);
  });

  it("that the engine refuses to freeze stay ready, and are frozen in no part", async () => {
    const others = await ownContainers(kit.docker);
    await using pool = await createPool({ snapshot, size: 1 });
    await pool.filled();
    const waiting = (await ownContainers(kit.docker)).filter((id) => !others.includes(id));
    // As one is refused that the engine has no cgroup for; the other it freezes.
    await kit.docker.getContainer(waiting[0] ?? "").pause();
    await waitFor(async () => (await frozen()) === 0 || { pending: "frozen" }, {
      what: "the waiting network to run again",
      limitMs: 30_000,
    });
    await using network = await pool.take();
    expect(network.nodes.map(({ containerId }) => containerId).toSorted()).toEqual(
      waiting.toSorted(),
    );
    expect(await network.mine()).toHaveLength(1);
  });

  it.each([0, 1.5])("do not come from a pool of size %d", async (size) => {
    await expect(createPool({ snapshot, size })).rejects.toThrow(`size: ${size} is not allowed`);
  });
});

describe("a snapshot that is not there", () => {
  it("is an error that says which commands make it", async () => {
    await expect(cloneNetwork({ snapshot: "nowhere" })).rejects.toThrow(
      /there is no snapshot "nowhere"; the engine has .*npx regtest-network ensure nowhere.*ensure: true/,
    );
  });

  it("is made once, when many processes ask at the same time", async () => {
    const name = `test-${randomBytes(4).toString("hex")}`;
    const ask = (): ProcessGroup => ProcessGroup.start(["sh", "toolchain/run.sh", "ensure", name]);
    const ended = await Promise.all([ask(), ask(), ask()].map((process) => process.ended()));
    try {
      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
      const makers = ended.filter(({ printed }) =>
        printed.includes(`Making the snapshot ${name}: done`),
      );
      expect(makers).toHaveLength(1);
      // Here it finds it.
      expect(await prepareSnapshot({ snapshot: name })).toBe(name);
    } finally {
      await removeSnapshot(kit.docker, name);
    }
    const left = await kit.docker.listImages({ filters: { label: [`${label.snapshot}=${name}`] } });
    expect(left).toEqual([]);
  });
});

describe("a declared network", () => {
  const declared = {
    nodes: [
      { name: "shop", zmqPort: "free", wallets: ["cold"] },
      { name: "bob" },
      { name: "miner", role: "miner" },
    ],
    connect: "line",
    fund: [
      { node: "shop", label: "till", amount: "12.5" },
      { node: "bob", label: "Bob", amount: 3 },
    ],
    confirmations: 2,
    mockTime: "2026-01-01",
    walletSeed: randomBytes(4).toString("hex"),
  } as const;

  it("is made at its first use, and found again", async () => {
    await expect(cloneNetwork({ ...declared, ensure: false })).rejects.toThrow(
      SnapshotMissingError,
    );
    const name = await prepareSnapshot(declared);
    try {
      await using network = await cloneNetwork({ ...declared, ensure: false });
      expect(network.manifest.snapshot).toBe(name);
      expect(network.nodes.map(({ name }) => name)).toEqual(["shop", "bob", "miner"]);
      expect(await network.balance("shop")).toBe("12.50000000");
      expect(await network.balance("bob")).toBe("3.00000000");
      expect(await network.sync()).toBe(103);
      const shop = network.node("shop");
      expect(Object.keys(shop.ports)).toEqual(["zmq"]);
      expect(await shop.rpc.call("listwallets")).toEqual(["shop", "cold"]);
      expect(peerNames(await shop.rpc.call("getpeerinfo"))).toEqual(["bob"]);
      // The clocks stand still where they are declared to.
      const since = (await network.time.now()) - Date.parse(declared.mockTime) / 1_000;
      expect(since).toBeGreaterThanOrEqual(0);
      expect(since).toBeLessThan(200);
      // @ts-expect-error The compiler knows the names.
      expect(() => network.node("alice")).toThrow("the network has no node alice");
    } finally {
      await removeSnapshot(kit.docker, name);
    }
  });
});

describe("a scenario", () => {
  const scenario = "examples/scenario.ts";

  it("has a snapshot of its own, which is made once and found again", async () => {
    const name = await prepareSnapshot({ scenario });
    expect(name).toMatch(/^scenario-[0-9a-f]{12}$/);
    try {
      await using network = await cloneNetwork({ scenario });
      expect(network.manifest.snapshot).toBe(name);
      expect(network.manifest.facts.height).toBe(115);
      const shop = network.alice.wallet;
      expect(await shop.call("listlabels")).toEqual(
        expect.arrayContaining(["order 1", "order 2", "order 3"]),
      );
      expect(await shop.call("getbalance")).toBe(30.3);
      expect(await network.alice.rpc.call<unknown[]>("getchaintips")).toHaveLength(2);
    } finally {
      await removeSnapshot(kit.docker, name);
    }
  });

  it(
    "leaves fee estimates that every node has, in a clone too, whose clocks show the present",
    { tags: ["long"] },
    async () => {
      const fees = "examples/fees.ts";
      const name = await prepareSnapshot({ scenario: fees });
      try {
        await using network = await cloneNetwork({ scenario: fees });
        const estimates = await Promise.all(
          Object.values(network.nodes).map(({ rpc }) =>
            rpc.call<{ feerate?: number; errors?: string[] }>("estimatesmartfee", [2]),
          ),
        );
        for (const { feerate, errors } of estimates) {
          expect(errors).toBeUndefined();
          // Of 1 to 50 sat/vB, which were all mined at once.
          expect(feerate).toBeGreaterThanOrEqual(0.000_01);
          expect(feerate).toBeLessThan(0.000_6);
        }
        expect(Math.abs((await network.time.now()) - Date.now() / 1_000)).toBeLessThan(60);
        // The same payments on every machine.
        expect(network.manifest.facts.tip).toBe(feesTip);
      } finally {
        await removeSnapshot(kit.docker, name);
      }
    },
  );

  it("is an error when the snapshot is missing, when the file is, and beside a snapshot", async () => {
    await expect(cloneNetwork({ scenario, ensure: false })).rejects.toThrow(
      /npx regtest-network ensure --scenario examples\/scenario\.ts"/,
    );
    await expect(prepareSnapshot({ scenario: "nowhere.ts" })).rejects.toThrow(
      /^The network is invalid:\n {2}scenario: "nowhere\.ts" is not usable; there is no such file$/,
    );
    await expect(prepareSnapshot({ scenario, snapshot })).rejects.toThrow(/give either/);
  });
});

describe("nothing is left", () => {
  const script = `
    import { cloneNetwork } from "./testing/index.ts";
    const network = await cloneNetwork({ snapshot: process.argv[1] });
    console.log("up: " + network.id);
    setInterval(() => {}, 1000);`;

  it.each(["SIGKILL", "SIGINT"] as const)("of a process that ended by %s", async (signal) => {
    const options = ["--input-type=module-typescript", "-e", script];
    const run = ProcessGroup.start(["node", ...options, snapshot]);
    await run.prints("up: temporary-");
    await run.prints("\n");
    const id = /up: (\S+)/.exec(run.printed)?.[1] ?? "";
    expect(await thingsOf(kit.docker, id)).toBe(3);
    run.signal(signal);
    await waitFor(
      async () => {
        const left = await thingsOf(kit.docker, id);
        return left === 0 ? true : { pending: `${left} things` };
      },
      { what: "the network to go", limitMs: 60_000 },
    );
  });

  /** Starts eight nodes, which fails. @param others nodes' names → images that are not the snapshot's */
  async function failsToStart(
    signal: AbortSignal,
    others: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { images } = await findSnapshot(kit.docker, snapshot);
    const nodes = Array.from({ length: 8 }, (_, index) => `n${index}`).map((name) => ({
      ...{ name, role: "peer" as const, image: others[name] ?? images["alice"]?.id ?? "" },
    }));
    const before = await ownContainers(kit.docker);
    await expect(openTemporaryNetwork(kit.docker, { nodes, signal })).rejects.toThrow();
    // What the engine was still creating would have come by then.
    await sleep(3_000);
    expect(await ownContainers(kit.docker)).toEqual(before);
  }

  it("of a start that failed at one of the nodes", () =>
    failsToStart(new AbortController().signal, { n3: "regtest-network/nowhere" }));

  it("of a start that was given up while containers were created", async () => {
    const filters = { ...labelFilter(ownLabels), event: ["create"] };
    const { signal, end } = await abortedAt(kit.docker, filters);
    await failsToStart(signal);
    await end;
  });

  it("of a network whose time is over; what is somebody else's stays", async () => {
    const id = `${temporaryPrefix}test-${randomBytes(4).toString("hex")}`;
    const mine = `mine-${id}`;
    const third = Math.floor(Math.random() * 256);
    let made = 0;
    const make = async (Name: string, labels: Record<string, string>): Promise<void> => {
      const Labels = { ...stackLabels(id, id, "network"), ...labels };
      // Side by side: two of them at random could be the same.
      const IPAM = { Config: [{ Subnet: `198.18.${third}.${16 * made++}/28` }] };
      await kit.docker.createNetwork({ Name, Labels, IPAM });
    };
    const over = lastingLabels(0, Date.now() - 2_000);
    const kept = [mine, `${id}-stack`, `${id}-unreadable`, `${id}-wanted`];
    await make(`${id}-over`, over);
    await make(`${id}-wanted`, lastingLabels(600));
    // One that cannot be read stops nobody, and one of somebody else may have inherited the labels.
    await make(`${id}-unreadable`, { ...lastingLabels(600), [label.owner]: "{" });
    await make(mine, over);
    await make(`${id}-stack`, {});
    try {
      await sweepAbandoned(kit.docker);
      const filters = { label: [`${label.stackId}=${id}`] };
      const left = await kit.docker.listNetworks({ filters });
      expect(left.map(({ Name }) => Name).toSorted()).toEqual(kept);
    } finally {
      for (const name of kept) await kit.docker.getNetwork(name).remove();
    }
  });
});
