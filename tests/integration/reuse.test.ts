/** Networks of a pool that are used again: nobody sees anything of who had one before. */
import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { RpcClient } from "../../bootstrap/index.ts";
import { execIn } from "../../engine/exec.ts";
import {
  cloneNetwork,
  createPool,
  type NetworkPool,
  type TestNetwork,
} from "../../testing/index.ts";
import {
  removeSnapshot,
  sharedKitSnapshot,
  type SharedKitSnapshot,
  thingsOf,
} from "../helpers/kit-snapshot.ts";
import { PageClient } from "../helpers/page-client.ts";
import { peerNames } from "../helpers/peer-names.ts";
import { takenAgain } from "../helpers/taken-again.ts";

let kit: SharedKitSnapshot;
let pool: NetworkPool;
beforeAll(async () => {
  kit = await sharedKitSnapshot();
  pool = await createPool({ snapshot: kit.name, size: 1 });
});
afterAll(async () => {
  await pool.dispose();
});

/** What a test can do that a reset puts right. */
const replaced: Readonly<Record<string, (network: TestNetwork) => Promise<unknown>>> = {
  "blocks, and a payment in the mempools": async (network) => {
    await network.mine(3);
    await network.fund(await network.newAddress("alice"), 1, { confirmations: 0 });
  },
  "another chain": async ({ miner }) => {
    await miner.rpc.call("invalidateblock", [await miner.rpc.call("getblockhash", [100])]);
  },
  "more wallets, and another one unloaded": async ({ alice, miner }) => {
    await alice.rpc.call("createwallet", { wallet_name: "more", load_on_startup: true });
    await miner.rpc.call("unloadwallet", ["miner", false]);
  },
  "an encrypted wallet": ({ alice }) => alice.wallet.call<unknown>("encryptwallet", ["secret"]),
  "labels, locked coins and an imported key": async ({ alice }) => {
    const [coin] = await alice.wallet.call("listunspent");
    await alice.wallet.call<boolean>("lockunspent", [
      false,
      [{ txid: coin?.txid ?? "", vout: coin?.vout ?? 0 }],
      true,
    ]);
    await alice.wallet.call<string>("getnewaddress", ["left"]);
  },
  "bans, and a peer that is dialled": async ({ alice }) => {
    await alice.rpc.call<null>("setban", ["10.1.2.3", "add"]);
    await alice.rpc.call<null>("addnode", ["10.1.2.4", "add"]);
  },
  "cut connections": (network) => network.partition([["alice"], ["miner"]]),
  "a node that is offline": ({ alice }) => alice.rpc.call("setnetworkactive", [false]),
  "clocks that were set": async (network) => {
    await network.time.advance("40d");
    await network.mine();
  },
  "mock time by hand": ({ alice }) => alice.rpc.call<null>("setmocktime", [1_900_000_000]),
  "log categories": ({ alice }) => alice.rpc.call<unknown>("logging", [["net", "rpc"]]),
  "files in the datadir": ({ alice }) =>
    inside(
      alice.containerId,
      'cd "$HOME/.bitcoin/regtest" && echo 1 > ..left && echo 1 > .left && mkdir left && echo "rpcthreads=1" > bitcoin_rw.conf',
    ),
  "a fee rate that was set": ({ miner }) =>
    miner.wallet.call<boolean>("settxfee", ["0.001"]).catch(() => false),
  "an open explorer, and work under way": async (network) => {
    await network.explorer();
    network.mine(200).catch(() => undefined);
    network.alice.rpc.call<unknown>("waitfornewblock", [60_000]).catch(() => undefined);
  },
};

/** What it can do that a reset does not, and what is said of it. */
const kept: Readonly<Record<string, [(network: TestNetwork) => Promise<unknown>, RegExp]>> = {
  "a file outside the datadir": [
    ({ alice }) => inside(alice.containerId, "echo 1 > /tmp/left"),
    /alice: files outside the datadir changed/,
  ],
  "another bitcoin.conf": [
    ({ miner }) => inside(miner.containerId, "echo blocksonly=1 >> .bitcoin/bitcoin.conf"),
    /miner: files outside the datadir changed/,
  ],
  "a file in memory": [
    ({ alice }) => inside(alice.containerId, "echo 1 > /dev/shm/left"),
    /alice: memory files, hosts and routes changed/,
  ],
  "another hosts file": [
    ({ alice }) => inside(alice.containerId, "echo 10.1.2.3 miner >> /etc/hosts", "root"),
    /alice: memory files, hosts and routes changed/,
  ],
  "a program that runs": [
    async ({ alice }) => {
      const exec = await kit.docker
        .getContainer(alice.containerId)
        .exec({ Cmd: ["sleep", "600"], AttachStdout: false });
      await exec.start({ Detach: true });
    },
    /alice: processes changed|alice: programs beside bitcoind changed/,
  ],
  "a program that has no parent": [
    ({ alice }) => inside(alice.containerId, "(cat /dev/zero > /dev/null 2>&1 &) > /dev/null 2>&1"),
    /alice: processes changed/,
  ],
  "a paused node": [(network) => network.pause("alice"), /alice is paused/],
  "a stopped node": [(network) => network.stop("alice"), /alice is exited/],
  "a restarted node": [(network) => network.restart("alice"), /alice: the container's run changed/],
  "a removed node": [
    ({ alice }) => kit.docker.getContainer(alice.containerId).remove({ force: true }),
    /cannot be looked at/,
  ],
  "a renamed node": [
    ({ alice, id }) => kit.docker.getContainer(alice.containerId).rename({ name: `${id}-other` }),
    /alice: the container's name changed/,
  ],
  "other limits": [
    ({ alice }) => kit.docker.getContainer(alice.containerId).update({ CpuShares: 100 }),
    /alice: the container's settings changed/,
  ],
  "a network that was cut and joined again": [
    async ({ alice, id }) => {
      const network = kit.docker.getNetwork(id);
      await network.disconnect({ Container: alice.containerId });
      await network.connect({ Container: alice.containerId });
    },
    /alice: the container's networks changed/,
  ],
};

/** What is tried by every run, all of it on one network; that of each alone takes minutes. */
const together = [
  "blocks, and a payment in the mempools",
  "more wallets, and another one unloaded",
  "bans, and a peer that is dialled",
  "mock time by hand",
  "log categories",
  "files in the datadir",
  "cut connections",
  "an open explorer, and work under way",
];
const alone = [
  "a file outside the datadir",
  "a program that runs",
  "a restarted node",
  "a network that was cut and joined again",
];

const long = { tags: ["long"] };
const all = async (network: TestNetwork): Promise<void> => {
  for (const name of together) await replaced[name]?.(network);
};
const replacedCases = [
  ["much at once", all, {}] as const,
  ...Object.entries(replaced).map(([name, damage]) => [name, damage, long] as const),
];

describe("a network that is used again", () => {
  for (const [name, damage, options] of replacedCases)
    it(`has nothing of ${name}`, options, async () => {
      const network = await takenAlone();
      const before = pool.counts;
      const { id, alice } = network;
      await damage(network);
      await network.dispose();
      await pool.filled();
      expect(pool.counts).toMatchObject({
        reused: before.reused + 1,
        removed: before.removed,
        reasons: before.reasons,
      });

      await using next = await takenAgain(pool, id);
      await expectUnused(next);
      // Whoever had it before cannot work on it any more.
      expect(next.alice.password).not.toBe(alice.password);
      await expect(network.mine()).rejects.toThrow("was disposed of");
      await expect(network.stop("alice")).rejects.toThrow("was disposed of");
      const { url, user, password } = alice;
      await using old = new RpcClient({ url, user, password, retry: false });
      await expect(old.call("getblockcount")).rejects.toThrow("401");
      // A second time is none.
      await network.dispose();
      expect(await next.alice.rpc.call("getblockcount")).toBe(107);
    });

  it("works as a new one does", async () => {
    const first = await pool.take();
    await first.dispose();
    await pool.filled();
    await using network = await takenAgain(pool, first.id);
    await network.mine(2);
    await network.fund(await network.newAddress("alice"), 1);
    expect(await network.balance("alice")).toBe("31.00000000");
    expect((await network.logs())["alice"]).toContain("height=108");
    await network.restart("alice");
    await network.reset();
    await expectUnused(network, { log: false });
    const { url, page } = await network.explorer();
    expect(await (await fetch(`${url}/blocks/tip/height`)).text()).toBe("107");
    using client = new PageClient(page);
    expect(await client.act("mine", { blocks: 1 })).toContain("height 108");
    // It looks at the nodes with the password that they have now.
    using listener = (await client.listen()).read();
    await listener.until("network", ({ network: { status } }) =>
      status.nodes.every(({ state, height }) => state === "running" && height === 108),
    );
  });

  it("is what a snapshot of it has, but for its password", long, async () => {
    const first = await pool.take();
    await first.dispose();
    await pool.filled();
    const name = `test-${randomBytes(4).toString("hex")}`;
    try {
      const network = await takenAgain(pool, first.id);
      await network.mine();
      await network.snapshot(name);
      await network.dispose();
      await using clone = await cloneNetwork({ snapshot: name });
      expect(await clone.alice.rpc.call("getblockcount")).toBe(108);
      await clone.reset();
    } finally {
      await removeSnapshot(kit.docker, name);
    }
  });

  it("refuses whoever has given it back", async () => {
    const network = await pool.take();
    const explorer = await network.explorer();
    using client = new PageClient(explorer.page);
    await network.dispose();
    const refused = "was disposed of";
    await expect(network.snapshot("test-refused")).rejects.toThrow(refused);
    await expect(network.reset()).rejects.toThrow(refused);
    await expect(network.explorer()).rejects.toThrow(/disposed of|are closed/);
    await expect(client.act("mine", { blocks: 1 })).rejects.toThrow("ECONNREFUSED");
  });
});

describe("a network that is not used again", () => {
  for (const [name, [damage, reason]] of Object.entries(kept))
    it(`had ${name}`, alone.includes(name) ? {} : long, async () => {
      const network = await takenAlone();
      const before = pool.counts;
      await damage(network);
      await network.dispose();
      expect(pool.counts).toMatchObject({ reused: before.reused, removed: before.removed + 1 });
      expect(pool.counts.reasons.at(-1)).toMatch(reason);
      expect(await thingsOf(kit.docker, network.id)).toBe(0);
    });

  it("has a container of somebody else's, who is not disturbed", async () => {
    const network = await pool.take();
    const { Image } = await kit.docker.getContainer(network.alice.containerId).inspect();
    const other = await kit.docker.createContainer({
      Image,
      Entrypoint: ["sleep", "600"],
      HostConfig: { NetworkMode: network.id },
    });
    try {
      await other.start();
      await expect(network.dispose()).rejects.toThrow("has active endpoints");
      expect(pool.counts.reasons.at(-1)).toContain("the Docker network changed");
      expect((await other.inspect()).State.Running).toBe(true);
    } finally {
      await other.remove({ force: true });
      await kit.docker.getNetwork(network.id).remove();
    }
  });

  it("is of a pool that was told so", async () => {
    await using pool = await createPool({ snapshot: kit.name, size: 1, reuse: false });
    const network = await pool.take();
    await network.dispose();
    expect(pool.counts).toMatchObject({ reused: 0, removed: 1, reasons: [] });
    expect(await thingsOf(kit.docker, network.id)).toBe(0);
  });
});

/** One to do something with, while nothing else is under way. */
async function takenAlone(): Promise<TestNetwork> {
  const network = await pool.take();
  await pool.filled();
  return network;
}

/** All that a test can see of a network. */
async function expectUnused(network: TestNetwork, { log = true } = {}): Promise<void> {
  const { facts } = network.manifest;
  for (const { name, rpc, wallet, containerId } of network.nodes) {
    expect(await rpc.call("getbestblockhash"), name).toBe(facts.tip);
    expect(await rpc.call("getrawmempool")).toEqual([]);
    expect(await rpc.call("listwallets")).toEqual([name]);
    const walletInfo = await wallet.call<Record<string, unknown>>("getwalletinfo");
    expect(walletInfo).not.toHaveProperty("unlocked_until");
    expect(walletInfo["paytxfee"] ?? 0).toBe(0);
    expect(await wallet.call<unknown[]>("listlockunspent")).toEqual([]);
    expect(await wallet.call<string[]>("listlabels")).not.toContain("left");
    expect(await rpc.call<unknown[]>("listbanned")).toEqual([]);
    expect(await rpc.call<unknown[]>("getchaintips")).toHaveLength(1);
    expect(Object.values(await rpc.call<Record<string, boolean>>("logging"))).not.toContain(true);
    expect((await rpc.call("getnetworkinfo")).networkactive).toBe(true);
    const added = await rpc.call("getaddednodeinfo");
    expect(added.map(({ addednode }) => addednode)).toEqual(name === "miner" ? ["alice"] : []);
    expect(peerNames(await rpc.call("getpeerinfo"))).toHaveLength(1);
    const files = await inside(containerId, "ls -A .bitcoin .bitcoin/regtest /tmp /dev/shm");
    expect(files).not.toMatch(/left|cut-off|clock|bitcoin_rw/);
    const { State } = await kit.docker.getContainer(containerId).inspect();
    expect(State).toMatchObject({ Status: "running", Paused: false });
  }
  expect(Math.abs((await network.time.now()) - Date.now() / 1_000)).toBeLessThan(60);
  expect(await network.balance("alice")).toBe("30.00000000");
  if (log) expect((await network.logs())["alice"]).not.toMatch(/left|height=108/);
}

async function inside(container: string, script: string, user?: string): Promise<string> {
  const target = kit.docker.getContainer(container);
  if (user !== undefined) {
    const exec = await target.exec({ Cmd: ["sh", "-c", script], User: user, AttachStdout: true });
    const stream = await exec.start({});
    stream.resume();
    await new Promise((resolve) => stream.on("end", resolve));
    return "";
  }
  const { exitCode, output } = await execIn(target, ["sh", "-c", script]);
  expect(exitCode, output).toBe(0);
  return output;
}
