/** The Electrum server beside real nodes, as a client library and raw lines see it. */
import { createHash } from "node:crypto";

import ElectrumClient from "@mempool/electrum-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { btcToSat } from "../../bootstrap/payments/amount.ts";
import { ElectrumServer } from "../../explorer/electrum/electrum-server.ts";
import { cloneNetwork, type Explorer, type TestNetwork } from "../../testing/index.ts";
import { ElectrumLines } from "../helpers/electrum-lines.ts";
import { sharedKitSnapshot } from "../helpers/kit-snapshot.ts";

let network: TestNetwork;
let explorer: Explorer;
let lines: ElectrumLines;
beforeAll(async () => {
  network = await cloneNetwork({ snapshot: (await sharedKitSnapshot()).name });
  explorer = await network.explorer();
  lines = await ElectrumLines.connect(explorer.electrum);
});
afterAll(async () => {
  lines[Symbol.dispose]();
  await network.dispose();
});

const tips = "blockchain.headers.subscribe";
const scripts = "blockchain.scripthash.subscribe";

/** As clients write it. */
function scripthash(script: string): string {
  return createHash("sha256").update(Buffer.from(script, "hex")).digest().reverse().toString("hex");
}

/** A new address of alice's, with what the server calls it. */
async function addressOfAlice(): Promise<{ address: string; hash: string }> {
  const address = await network.alice.wallet.call("getnewaddress", ["", "bech32"]);
  const { scriptPubKey } = await network.alice.wallet.call("getaddressinfo", [address]);
  return { address, hash: scripthash(scriptPubKey) };
}

interface HistoryEntry {
  readonly tx_hash: string;
  readonly height: number;
  readonly fee?: number;
}

async function historyOf(hash: string): Promise<HistoryEntry[]> {
  return await lines.ask("blockchain.scripthash.get_history", hash);
}

/** As the protocol's documentation says, from what the server tells of the history. */
async function statusOf(hash: string): Promise<string> {
  const text = (await historyOf(hash)).map(({ tx_hash, height }) => `${tx_hash}:${height}:`);
  return createHash("sha256").update(text.join("")).digest("hex");
}

const doubleSha256 = (data: Buffer): Buffer =>
  createHash("sha256").update(createHash("sha256").update(data).digest()).digest();

/** Where a branch of a Merkle tree leads. */
function rootOf(hash: string, position: number, branch: readonly string[]): string {
  let node = Buffer.from(hash, "hex").reverse();
  for (const [level, text] of branch.entries()) {
    const beside = Buffer.from(text, "hex").reverse();
    const isRight = (position >> level) % 2 === 1;
    node = Buffer.from(doubleSha256(Buffer.concat(isRight ? [beside, node] : [node, beside])));
  }
  return node.reverse().toString("hex");
}

const hashOfHeader = (hex: string): string =>
  doubleSha256(Buffer.from(hex, "hex")).reverse().toString("hex");

describe("the server", () => {
  it("agrees on a version, once, and closes the connection where there is none", async () => {
    using own = await ElectrumLines.connect(explorer.electrum);
    expect(await own.ask("server.version", "test", ["1.4", "1.6"])).toEqual([
      ...["regtest-network", "1.4.2"],
    ]);
    await expect(own.ask("server.version", "test", "1.4")).rejects.toThrow(
      "1: server.version was sent already",
    );
    using older = await ElectrumLines.connect(explorer.electrum);
    await expect(older.ask("server.version", "test", "1.2")).rejects.toThrow(
      "1: unsupported protocol version: 1.4 to 1.4.2 are served, not 1.2 to 1.2",
    );
    await older.closed();
  });

  it("says what it is, and of whom", async () => {
    expect(await lines.ask("server.features")).toEqual({
      genesis_hash: await network.alice.rpc.call("getblockhash", [0]),
      hosts: { "127.0.0.1": { tcp_port: Number(new URL(explorer.electrum).port) } },
      ...{ protocol_min: "1.4", protocol_max: "1.4.2", pruning: null, hash_function: "sha256" },
      server_version: "regtest-network",
    });
    expect(await lines.ask("server.banner")).toMatch(/regtest/);
    expect(await lines.ask("server.donation_address")).toBe("");
    expect(await lines.ask("server.ping")).toBeNull();
    expect(await lines.ask("server.peers.subscribe")).toEqual([]);
    expect(await lines.ask("server.add_peer", {})).toBe(false);
  });
});

describe("blocks", () => {
  it("are told by their headers, one by one and many at once", async () => {
    const header = await network.alice.rpc.call<string>("getblockheader", [
      await network.alice.rpc.call("getblockhash", [100]),
      false,
    ]);
    expect(await lines.ask("blockchain.block.header", 100)).toBe(header);
    const many = { count: 8, max: 2016 };
    const chunk = await lines.ask<{ hex: string }>("blockchain.block.headers", 100, 3000);
    expect(chunk).toMatchObject(many);
    expect(chunk.hex.slice(0, 160)).toBe(header);
    expect(chunk.hex).toHaveLength(8 * 160);
    expect(await lines.ask("blockchain.block.headers", 200, 5)).toEqual({
      ...{ count: 0, hex: "", max: 2016 },
    });
  });

  it("are proven up to a checkpoint", async () => {
    const { branch, header, root } = await lines.ask<
      Record<"header" | "root", string> & { branch: string[] }
    >("blockchain.block.header", ...[42, 101]);
    expect(rootOf(hashOfHeader(header), 42, branch)).toBe(root);
    const chunk = await lines.ask<{ hex: string; root: string; branch: string[] }>(
      "blockchain.block.headers",
      ...[90, 10, 101],
    );
    expect(chunk.root).toBe(root);
    expect(rootOf(hashOfHeader(chunk.hex.slice(-160)), 99, chunk.branch)).toBe(root);
  });

  it.each([
    ["blockchain.block.header", [108], /^1: height 108 is out of range: the tip is at height 107/],
    ["blockchain.block.header", [5, 4], /^1: cp_height 4 should be at least the height/],
    [
      "blockchain.block.header",
      [5, 108],
      /^1: cp_height 108 should be .* at most that of the tip, 107/,
    ],
    ["blockchain.block.headers", [5, 5, 8], /^1: cp_height 8 should be at least .* 9/],
    ["blockchain.block.header", [-1], /^1: height should not be negative/],
    ["blockchain.block.header", ["x"], /^1: height should be a whole number/],
    ["blockchain.block.header", [], /^-32602: height is missing/],
    ["blockchain.transaction.id_from_pos", [107, 7], /^1: no tx at position 7 .* which has 1/],
    [
      "blockchain.transaction.get_merkle",
      ["00".repeat(32), 7],
      /^1: tx 0+ is not in the block at height 7/,
    ],
    [
      "blockchain.transaction.get",
      ["00".repeat(32)],
      /^2: daemon error: No such mempool or blockchain transaction/,
    ],
    ["blockchain.transaction.get", ["xyz"], /^1: tx_hash should be 64 hex digits/],
    [
      "blockchain.transaction.broadcast",
      ["00"],
      /^1: the transaction was rejected by network rules\.\n\nTX decode failed/,
    ],
    [
      "blockchain.scripthash.get_balance",
      ["mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx"],
      /^1: scripthash should be 64 hex digits/,
    ],
    ["blockchain.estimatefee", [0], /^2: daemon error: Invalid conf_target/],
    [
      "blockchain.address.get_balance",
      [],
      /^-32601: unknown method "blockchain.address.get_balance"/,
    ],
  ])("and what is not there is refused: %s %j", async (method, params, message) => {
    await expect(lines.ask(method, ...params)).rejects.toThrow(message);
  });
});

describe("a script", () => {
  it("has the history and the outputs that the node's own index of outputs has", async () => {
    const { alice, miner } = network;
    const unspent = [alice, miner].map(({ wallet }) => wallet.call("listunspent", [0]));
    const coins = (await Promise.all(unspent)).flat();
    const byScript = Map.groupBy(coins, ({ scriptPubKey }) => scriptPubKey);
    expect(byScript.size).toBeGreaterThan(1);
    for (const [script, own] of byScript) {
      const told = await lines.ask<Record<string, unknown>[]>(
        "blockchain.scripthash.listunspent",
        scripthash(script),
      );
      // The wallet does not list coinbases that are not yet mature.
      expect(told).toEqual(
        expect.arrayContaining(
          own.map(({ txid, vout, amount, confirmations }) => ({
            ...{ tx_hash: txid, tx_pos: vout, value: Number(btcToSat(amount)) },
            height: 108 - confirmations,
          })),
        ),
      );
      const { total_amount } = await alice.rpc.call<{ total_amount: number }>("scantxoutset", [
        ...["start", [`raw(${script})`]],
      ]);
      expect(await lines.ask("blockchain.scripthash.get_balance", scripthash(script))).toEqual({
        ...{ confirmed: Number(btcToSat(total_amount)), unconfirmed: 0 },
      });
    }
  });

  it("that nobody paid has nothing", async () => {
    const { hash } = await addressOfAlice();
    expect(await historyOf(hash)).toEqual([]);
    expect(await lines.ask("blockchain.scripthash.listunspent", hash)).toEqual([]);
    expect(await lines.ask(scripts, hash)).toBeNull();
    expect(await lines.ask("blockchain.scripthash.get_balance", hash)).toEqual({
      ...{ confirmed: 0, unconfirmed: 0 },
    });
    expect(await lines.ask("blockchain.scripthash.unsubscribe", hash)).toBe(true);
    expect(await lines.ask("blockchain.scripthash.unsubscribe", hash)).toBe(false);
  });

  it("that is paid, and pays on, is told at each change", async () => {
    using own = await ElectrumLines.connect(explorer.electrum);
    const { address, hash } = await addressOfAlice();
    expect(await own.ask(scripts, hash)).toBeNull();
    const changes = async (): Promise<string> => {
      const status = await statusOf(hash);
      await own.notified(scripts, ([of, told]) => of === hash && told === status);
      return status;
    };

    const paid = await network.fund(address, "0.5", { confirmations: 0 });
    const { fee = 0 } = await network.miner.wallet.call("gettransaction", [paid]);
    expect(await historyOf(hash)).toEqual([
      { tx_hash: paid, height: 0, fee: Number(btcToSat(-fee)) },
    ]);
    expect(await lines.ask("blockchain.scripthash.get_mempool", hash)).toEqual(
      await historyOf(hash),
    );
    expect(await lines.ask("blockchain.scripthash.get_balance", hash)).toEqual({
      ...{ confirmed: 0, unconfirmed: 50_000_000 },
    });
    await changes();

    // Spends what is not confirmed yet, and pays a script of its own.
    const onwards = await addressOfAlice();
    expect(await own.ask(scripts, onwards.hash)).toBeNull();
    const vout = (
      await lines.ask<{ tx_pos: number }[]>("blockchain.scripthash.listunspent", hash)
    )[0]?.tx_pos;
    const { hex = "" } = await network.alice.wallet.call("send", {
      outputs: [{ [onwards.address]: 0.2 }],
      fee_rate: 1.5,
      options: {
        inputs: [{ txid: paid, vout: vout ?? 0 }],
        add_to_wallet: false,
        change_address: address,
      },
    });
    const child = await lines.ask<string>("blockchain.transaction.broadcast", hex);
    expect(await historyOf(onwards.hash)).toMatchObject([{ tx_hash: child, height: -1 }]);
    const pending = await statusOf(onwards.hash);
    await own.notified(scripts, ([of, told]) => of === onwards.hash && told === pending);
    await changes();

    // Its parent's block says something of it too.
    const to = await network.miner.wallet.call("getnewaddress");
    await network.miner.rpc.call("generateblock", [to, [paid]]);
    await network.sync();
    expect(await historyOf(onwards.hash)).toMatchObject([{ tx_hash: child, height: 0 }]);
    const waiting = await statusOf(onwards.hash);
    await own.notified(scripts, ([of, told]) => of === onwards.hash && told === waiting);
    await changes();

    await network.mine();
    const height = await network.alice.rpc.call("getblockcount");
    expect(await historyOf(onwards.hash)).toEqual([{ tx_hash: child, height }]);
    await changes();
    // Of what it did not ask for it is told nothing.
    expect(own.notifications.filter(({ method }) => method === tips)).toEqual([]);
  });
});

describe("a transaction", () => {
  it("is there as the node has it, with the proof that it is in its block", async () => {
    const { alice } = network;
    const { address } = await addressOfAlice();
    const txid = await network.fund(address, "0.1");
    const height = await alice.rpc.call("getblockcount");
    const { hash, tx, merkleroot } = await alice.rpc.call<{
      readonly hash: string;
      readonly tx: readonly string[];
      readonly merkleroot: string;
    }>("getblock", [await alice.rpc.call("getblockhash", [height])]);
    const raw = await alice.rpc.call("getrawtransaction", [txid]);
    expect(await lines.ask("blockchain.transaction.get", txid)).toBe(raw);
    expect(await lines.ask("blockchain.transaction.get", txid, true)).toEqual(
      await alice.rpc.call<unknown>("getrawtransaction", [txid, true, hash]),
    );
    const pos = tx.indexOf(txid);
    const { merkle, ...rest } = await lines.ask<{ readonly merkle: string[] }>(
      ...(["blockchain.transaction.get_merkle", txid, height] as const),
    );
    expect(rest).toEqual({ block_height: height, pos });
    expect(rootOf(txid, pos, merkle)).toBe(merkleroot);
    expect(await lines.ask("blockchain.transaction.id_from_pos", height, pos)).toBe(txid);
    expect(await lines.ask("blockchain.transaction.id_from_pos", height, pos, true)).toEqual({
      ...{ tx_hash: txid, merkle },
    });
    await expect(lines.ask("blockchain.transaction.broadcast", raw)).rejects.toThrow(
      "1: the transaction was rejected by network rules.\n\nTransaction outputs already in utxo set",
    );
  });

  it("that the mempool has is told verbosely too", async () => {
    const txid = await network.fund((await addressOfAlice()).address, "0.1", { confirmations: 0 });
    expect(await lines.ask("blockchain.transaction.get", txid, true)).toMatchObject({ txid });
  });
});

describe("fees", () => {
  it("are known when there was traffic", async () => {
    expect(await lines.ask("blockchain.estimatefee", 2)).toBe(-1);
    await network.traffic({ blocks: 6 });
    const { feerate } = await network.alice.rpc.call<{ feerate: number }>("estimatesmartfee", [2]);
    expect(await lines.ask("blockchain.estimatefee", 2)).toBe(feerate);
    const { relayfee } = await network.alice.rpc.call<{ relayfee: number }>("getnetworkinfo");
    expect(await lines.ask("blockchain.relayfee")).toBe(relayfee);
    await network.mine();
    expect(await lines.ask("mempool.get_fee_histogram")).toEqual([]);
    const txid = await network.fund((await addressOfAlice()).address, "0.1", { confirmations: 0 });
    const { vsize, fees } = await network.alice.rpc.call<{
      readonly vsize: number;
      readonly fees: { readonly base: number };
    }>("getmempoolentry", [txid]);
    expect(await lines.ask("mempool.get_fee_histogram")).toEqual([
      [Number(btcToSat(fees.base)) / vsize, vsize],
    ]);
    await network.mine();
  });
});

describe("a reorganization", () => {
  it("takes payments back, and tells of the new tip and of every script", async () => {
    using own = await ElectrumLines.connect(explorer.electrum);
    const { address, hash } = await addressOfAlice();
    const txid = await network.fund(address, "0.3");
    const before = await own.ask<{ readonly height: number; readonly hex: string }>(tips);
    const confirmed = await own.ask(scripts, hash);
    expect(await historyOf(hash)).toEqual([{ tx_hash: txid, height: before.height }]);

    const { mined } = await network.reorg(1);
    const [tip] = await own.notified(
      tips,
      ([tip]) => hashOfHeader((tip as typeof before).hex) === mined[1],
    );
    expect(tip).toMatchObject({ height: before.height + 1 });
    expect(await historyOf(hash)).toMatchObject([{ tx_hash: txid, height: 0 }]);
    const pending = await statusOf(hash);
    await own.notified(scripts, ([of, told]) => of === hash && told === pending);
    await expect(
      lines.ask("blockchain.transaction.get_merkle", txid, before.height),
    ).rejects.toThrow(`1: tx ${txid} is not in the block at height ${before.height}`);

    await network.mine();
    expect(await historyOf(hash)).toEqual([{ tx_hash: txid, height: before.height + 2 }]);
    expect(await statusOf(hash)).not.toBe(confirmed);
  });

  it("by a reset is followed over the restart of the nodes, on the same connection", async () => {
    using own = await ElectrumLines.connect(explorer.electrum);
    const { hash } = await addressOfAlice();
    await network.fund((await addressOfAlice()).address, "0.3", { confirmations: 0 });
    await own.ask(tips);
    await own.ask(scripts, hash);
    await network.reset();
    expect(await own.ask(tips)).toMatchObject({ height: 107 });
    await own.notified(tips, ([tip]) => (tip as { height: number }).height === 107);
    expect(await own.ask("mempool.get_fee_histogram")).toEqual([]);
    await network.mine(2);
    await own.notified(tips, ([tip]) => (tip as { height: number }).height === 109);
  });
});

describe("a client that knows no library", () => {
  it("subscribes to 1,000 scripts at once, and is told of each", async () => {
    const { alice } = network;
    const range = [0, 999];
    // Keys that nobody has.
    const key =
      "tpubD6NzVbkrYhZ4WaWSyoBvQwbpLkojyoTZPRsgXELWz3Popb3qkjcJyJUGLnL4qHHoQvao8ESaAstxYSnhyswJ76uZPStJRJCTKvosUCJZL5B";
    const { descriptor } = await alice.rpc.call("getdescriptorinfo", [`wpkh(${key}/*)`]);
    const addresses = await alice.rpc.call<string[]>("deriveaddresses", [descriptor, range]);
    const hashes = await Promise.all(
      addresses.map(async (address) => {
        const { scriptPubKey } = await alice.rpc.call<{ scriptPubKey: string }>(
          ...(["validateaddress", [address]] as const),
        );
        return scripthash(scriptPubKey);
      }),
    );
    using own = await ElectrumLines.connect(explorer.electrum);
    const answers = await own.batch(
      scripts,
      hashes.map((hash) => [hash]),
    );
    expect(answers.map(({ result }) => result)).toEqual(hashes.map(() => null));

    const amounts = Object.fromEntries(addresses.map((address) => [address, 0.0001]));
    const txid = await alice.wallet.call<string>("sendmany", ["", amounts]);
    const toldOf = (): Set<unknown> =>
      new Set(
        own.notifications.map(({ params: [hash, status] }) => `${String(hash)} ${String(status)}`),
      );
    const status = (height: number): string =>
      createHash("sha256").update(`${txid}:${height}:`).digest("hex");
    await expect.poll(() => toldOf().size).toBe(1_000);
    expect(toldOf()).toEqual(new Set(hashes.map((hash) => `${hash} ${status(0)}`)));
    await network.mine();
    const height = await alice.rpc.call("getblockcount");
    await expect.poll(() => toldOf().size).toBe(2_000);
    expect(toldOf().has(`${hashes[999] ?? ""} ${status(height)}`)).toBe(true);
  });

  it("may subscribe to as many as the limit says", async () => {
    await using server = await ElectrumServer.open({
      ...{ index: explorer.index, rpc: network.alice.rpc },
      limits: { subscriptions: 2, connections: 1 },
    });
    using own = await ElectrumLines.connect(server.url);
    const [a = "", b = "", c = ""] = ["a", "b", "c"].map((digit) => digit.repeat(64));
    expect(await own.ask(scripts, a)).toBeNull();
    expect(await own.ask(scripts, b)).toBeNull();
    await expect(own.ask(scripts, c)).rejects.toThrow(
      "-101: a connection can subscribe to 2 script hashes",
    );
    expect(await own.ask(scripts, a)).toBeNull();
    await own.ask("blockchain.scripthash.unsubscribe", a);
    expect(await own.ask(scripts, c)).toBeNull();
    // And others may not come in meanwhile.
    using other = await ElectrumLines.connect(server.url);
    await other.closed();
  });

  it("that reads nothing is closed, and the others are served meanwhile", async () => {
    await using server = await ElectrumServer.open({
      ...{ index: explorer.index, rpc: network.alice.rpc },
      limits: { unreadMs: 500 },
    });
    using slow = await ElectrumLines.connect(server.url);
    slow.socket.pause();
    const request = JSON.stringify({
      id: 1,
      method: "blockchain.block.headers",
      params: [0, 2016],
    });
    slow.send(`[${Array(2_000).fill(request).join(",")}]`);
    using other = await ElectrumLines.connect(server.url);
    await expect
      .poll(
        async () => {
          expect(await other.ask("server.ping")).toBeNull();
          // Fails when there is nobody any more.
          slow.send(request);
          return slow.socket.destroyed;
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    expect(slow.answers).toEqual([]);
  });
});

describe("mempool.space's client", () => {
  it("reads, subscribes, sends and hears of it", async () => {
    const { hostname, port } = new URL(explorer.electrum);
    const client = new ElectrumClient(
      Number(port),
      hostname,
      "tcp",
      {},
      { onLog: () => undefined },
    );
    try {
      await client.initElectrum({ client: "test", version: "1.4" });
      expect(client.versionInfo).toEqual(["regtest-network", "1.4"]);
      const { height } = await client.blockchainHeaders_subscribe();
      expect(height).toBe(await network.alice.rpc.call("getblockcount"));
      const heard: unknown[] = [];
      client.subscribe.on(scripts, (params: unknown) => heard.push(params));
      client.subscribe.on(tips, ([tip]: [{ height: number }]) => heard.push(tip.height));

      const { address, hash } = await addressOfAlice();
      await client.blockchainScripthash_subscribe(hash);
      const { hex = "" } = await network.alice.wallet.call("send", {
        outputs: [{ [address]: 1 }],
        options: { add_to_wallet: false },
      });
      const txid = await client.blockchainTransaction_broadcast(hex);
      expect(await client.blockchainTransaction_get(txid)).toBe(hex);
      expect(await client.blockchainScripthash_getBalance(hash)).toEqual({
        ...{ confirmed: 0, unconfirmed: 100_000_000 },
      });
      await network.mine();
      expect(await client.blockchainScripthash_getBalance(hash)).toEqual({
        ...{ confirmed: 100_000_000, unconfirmed: 0 },
      });
      const status = await statusOf(hash);
      await expect.poll(() => heard).toContainEqual([hash, status]);
      await expect.poll(() => heard).toContain(height + 1);
      const histories = await client.blockchainScripthash_getHistoryBatch([hash, "00".repeat(32)]);
      expect(histories.map(({ result, param }) => ({ result, param }))).toEqual([
        { result: [{ tx_hash: txid, height: height + 1 }], param: hash },
        { result: [], param: "00".repeat(32) },
      ]);
      await expect(client.request("blockchain.nothing", [])).rejects.toMatchObject({
        code: -32601,
      });
    } finally {
      client.close();
    }
  });
});

describe("the explorer of a network", () => {
  it("is of the node that is named, mines after what is sent, and goes with its scope", async () => {
    let url: string;
    {
      await using own = await network.explorer({ node: "miner", mine: true, faucet: true });
      url = own.electrum;
      using client = await ElectrumLines.connect(url);
      const { height } = await client.ask<{ height: number }>(tips);
      const { hex = "" } = await network.alice.wallet.call("send", {
        outputs: [{ [(await addressOfAlice()).address]: 1 }],
        options: { add_to_wallet: false },
      });
      const txid = await client.ask<string>("blockchain.transaction.broadcast", hex);
      expect(await client.ask("blockchain.transaction.id_from_pos", height + 1, 1)).toBe(txid);
      await client.notified(tips, ([tip]) => (tip as { height: number }).height === height + 1);
      await own[Symbol.asyncDispose]();
      await client.closed();
    }
    await expect(ElectrumLines.connect(url)).rejects.toThrow("ECONNREFUSED");
    await expect(network.explorer({ node: "bob" })).rejects.toThrow("the network has no node bob");
  });

  it("goes with the network's connections", async () => {
    await network.close();
    await expect(ElectrumLines.connect(explorer.electrum)).rejects.toThrow("ECONNREFUSED");
    await expect(network.explorer()).rejects.toThrow(`the connections of ${network.id} are closed`);
  });
});
