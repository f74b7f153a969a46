/** What Esplora's API says while the chain and the mempool change, up to a reset, without a restart or a wait. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { BlockJson } from "../../explorer/esplora/block-json.ts";
import type { TransactionJson } from "../../explorer/esplora/transaction-json.ts";
import { type Explorer, openExplorer } from "../../explorer/explorer.ts";
import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import type { IndexChange } from "../../explorer/index/chain-index.ts";
import { waitFor } from "../../base/wait.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { ask, jsonOf, textOf } from "../helpers/http.ts";
import { sharedKitSnapshot } from "../helpers/kit-snapshot.ts";
import { sat } from "../helpers/node-json.ts";

let network: TestNetwork;
let explorer: Explorer;
let rpc: RpcClient;
let wallet: RpcClient;

beforeAll(async () => {
  const { name: snapshot } = await sharedKitSnapshot();
  network = await cloneNetwork({ snapshot });
  ({ rpc, wallet } = network.miner);
  explorer = await openExplorer({ node: rpc });
  await network.mine(5);
});
afterAll(async () => {
  await explorer[Symbol.asyncDispose]();
  await network.dispose();
});

const get = <T>(path: string): Promise<T> => jsonOf<T>(explorer.url + path);
const text = (path: string): Promise<string> => textOf(explorer.url + path);
const answer = (path: string, init?: RequestInit): ReturnType<typeof ask> =>
  ask(explorer.url + path, init);
const post = (path: string, body: string): ReturnType<typeof ask> =>
  answer(path, { method: "POST", body });

interface Coin {
  readonly txid: string;
  readonly vout: number;
  readonly amount: number;
}

/** A mature one that nothing in the mempool spends. */
async function coin(): Promise<Coin> {
  const [found] = await wallet.call("listunspent", [100]);
  if (found === undefined) throw new Error("the miner has no coin to spend");
  return found;
}

/** Signed, but sent to nobody. */
async function signed(
  coins: readonly Coin[],
  to: string,
  amount: number,
  { known = [], version = 2 }: { known?: readonly object[]; version?: number } = {},
): Promise<string> {
  const inputs = coins.map(({ txid, vout }) => ({ txid, vout, sequence: 0xfffffffd }));
  const raw = await rpc.call<string>("createrawtransaction", [
    inputs,
    [{ [to]: amount.toFixed(8) }],
  ]);
  const { hex } = await wallet.call<{ hex: string }>("signrawtransactionwithwallet", [
    raw.replace(/^02/, `0${version}`),
    known,
  ]);
  return hex;
}

interface Output {
  readonly txid: string;
  readonly vout: number;
  readonly scriptPubKey: string;
  readonly amount: number;
}

/** The only output of a transaction that no node has yet. */
async function outputOf(hex: string): Promise<Output> {
  const { txid, vout } = await rpc.call<{
    txid: string;
    vout: readonly [{ value: number; scriptPubKey: { hex: string } }];
  }>("decoderawtransaction", [hex]);
  return { txid, vout: 0, scriptPubKey: vout[0].scriptPubKey.hex, amount: vout[0].value };
}

interface MempoolJson {
  readonly count: number;
  readonly vsize: number;
  readonly total_fee: number;
  readonly fee_histogram: readonly [number, number][];
}

interface NodeEntry {
  readonly vsize: number;
  readonly fees: { readonly base: number };
}

interface Stats {
  readonly chain_stats: Record<string, number>;
  readonly mempool_stats: Record<string, number>;
}

describe("the mempool", () => {
  it("is the node's at the moment of the request", async () => {
    const to = await network.newAddress("alice");
    const sent: string[] = [];
    for (const rate of [1, 20, 5]) {
      const payment = { address: to, amount: "0.5", fee_rate: rate };
      sent.push(await wallet.call("sendtoaddress", payment));
      const entries = await rpc.call<Record<string, NodeEntry>>("getrawmempool", [true]);
      const shown = await get<MempoolJson>("/mempool");
      const all = Object.values(entries);
      expect(shown.count).toBe(all.length);
      expect(shown.vsize).toBe(all.reduce((sum, { vsize }) => sum + vsize, 0));
      expect(shown.total_fee).toBe(all.reduce((sum, { fees }) => sum + sat(fees.base), 0));
      expect(shown.fee_histogram.reduce((sum, [, vsize]) => sum + vsize, 0)).toBe(shown.vsize);
      expect(new Set(await get<string[]>("/mempool/txids"))).toEqual(new Set(Object.keys(entries)));
    }
    const recent = await get<{ txid: string; value: number; fee: number }[]>("/mempool/recent");
    expect(recent.map(({ txid }) => txid)).toEqual(sent.toReversed());
    for (const { txid, value, fee } of recent) {
      const shown = await get<TransactionJson>(`/tx/${txid}`);
      expect(shown.status).toEqual({ confirmed: false });
      expect(shown.fee).toBe(fee);
      expect(value).toBe(shown.vout.reduce((sum, output) => sum + output.value, 0));
    }
    const stats = await get<Stats>(`/address/${to}`);
    expect(stats.chain_stats).toMatchObject({ tx_count: 0 });
    expect(stats.mempool_stats).toMatchObject({ tx_count: 3, funded_txo_sum: 1.5e8 });
    const unconfirmed = await get<TransactionJson[]>(`/address/${to}/txs`);
    expect(unconfirmed.map(({ txid }) => txid)).toEqual(sent.toReversed());
    expect(await get(`/address/${to}/txs/mempool`)).toEqual(unconfirmed);
    expect(await get(`/address/${to}/txs/chain`)).toEqual([]);
    expect(await get<unknown[]>(`/address/${to}/utxo`)).toMatchObject([
      { value: 5e7, status: { confirmed: false } },
      { value: 5e7 },
      { value: 5e7 },
    ]);
    expect(await answer(`/tx/${sent[0] ?? ""}/merkle-proof`)).toMatchObject({
      status: 404,
      text: "Transaction not found or is unconfirmed",
    });
    await network.mine();
    expect(await get("/mempool")).toMatchObject({ count: 0, vsize: 0, fee_histogram: [] });
    expect((await get<Stats>(`/address/${to}`)).chain_stats).toMatchObject({ tx_count: 3 });
    expect((await get<unknown[]>("/mempool/recent")).length).toBe(3);
  });

  it("has a replacement in the place of what it replaces", async () => {
    const to = await network.newAddress("alice");
    const replaced = await wallet.call("sendtoaddress", { address: to, amount: "1", fee_rate: 2 });
    const { vin } = await get<TransactionJson>(`/tx/${replaced}`);
    const { txid } = await wallet.call<{ txid: string }>("bumpfee", [replaced, { fee_rate: 30 }]);
    expect(await answer(`/tx/${replaced}`)).toMatchObject({
      status: 404,
      text: "Transaction not found",
    });
    const outspend = `/tx/${vin[0]?.txid ?? ""}/outspend/${vin[0]?.vout ?? 0}`;
    expect(await get(outspend)).toEqual({
      spent: true,
      txid,
      vin: 0,
      status: { confirmed: false },
    });
    expect((await get<Stats>(`/address/${to}`)).mempool_stats).toMatchObject({ tx_count: 1 });
    await network.mine();
    expect(await get(outspend)).toMatchObject({ txid, status: { confirmed: true } });
  });

  it("has a child that pays for its parent, and both go into one block", async () => {
    const from = await coin();
    const to = await wallet.call("getnewaddress");
    const parent = await signed([from], to, from.amount - 0.000002);
    const { status, text: parentId } = await post("/tx", parent);
    expect(status).toBe(200);
    const output = await outputOf(parent);
    expect(parentId).toBe(output.txid);
    const child = await post(
      "/tx",
      await signed([output], to, output.amount - 0.001, { known: [output] }),
    );
    expect((await get<TransactionJson>(`/tx/${child.text}`)).fee).toBe(100_000);
    expect(await get(`/tx/${parentId}/outspends`)).toMatchObject([
      { spent: true, txid: child.text },
    ]);
    await network.mine();
    const [one, other] = await Promise.all(
      [parentId, child.text].map((txid) => get<TransactionJson>(`/tx/${txid}`)),
    );
    expect(one?.status.confirmed).toBe(true);
    expect(one?.status).toEqual(other?.status);
    expect(await post("/tx", parent)).toMatchObject({
      status: 400,
      text: 'sendrawtransaction RPC error: {"code":-25,"message":"bad-txns-inputs-missingorspent"}',
    });
  });

  it("takes a package whose parent alone pays too little", async () => {
    const from = await coin();
    const to = await wallet.call("getnewaddress");
    // Of version 3 (BIP 431): a parent of any other may not pay nothing.
    const parent = await signed([from], to, from.amount, { version: 3 });
    expect(await post("/tx", parent)).toMatchObject({
      status: 400,
      text: expect.stringContaining('"code":-26') as string,
    });
    const output = await outputOf(parent);
    const child = await signed([output], to, output.amount - 0.001, {
      known: [output],
      version: 3,
    });
    const { status, text: told } = await post("/txs/package", JSON.stringify([parent, child]));
    expect({ status, told }).toMatchObject({ status: 200 });
    const { package_msg, "tx-results": results } = JSON.parse(told) as {
      package_msg: string;
      "tx-results": object;
    };
    expect(package_msg).toBe("success");
    expect(Object.keys(results)).toHaveLength(2);
    expect(await get<TransactionJson>(`/tx/${output.txid}`)).toMatchObject({ fee: 0 });
    await network.mine();
  });
});

it("estimates fees as the node does, once it has seen traffic", async () => {
  await network.traffic();
  const estimates = await get<Record<string, number>>("/fee-estimates");
  const targets = Object.keys(estimates);
  expect(targets).toEqual(expect.arrayContaining(["2", "25"]));
  for (const target of targets) {
    const { feerate = 0 } = await rpc.call("estimatesmartfee", [Number(target)]);
    expect(estimates[target]).toBeCloseTo(feerate * 1e5, 3);
  }
});

describe("a reorganization", () => {
  it("undoes a payment whose coin the new chain spends elsewhere", async () => {
    const from = await coin();
    const shop = await network.newAddress("alice");
    const own = await wallet.call("getnewaddress");
    const payment = await signed([from], shop, from.amount - 0.0001);
    const theft = await signed([from], own, from.amount - 0.0002);
    const { text: paid } = await post("/tx", payment);
    const [stale = ""] = await network.mine();
    const path = `/address/${shop}`;
    expect((await get<Stats>(path)).chain_stats).toMatchObject({ tx_count: 1 });
    const before = await get<BlockJson>(`/block/${stale}`);

    await rpc.call("invalidateblock", [stale]);
    const { hash } = await rpc.call("generateblock", [own, [theft]]);
    await rpc.call("generateblock", [own, []]);
    await network.sync();

    expect(await answer(`/tx/${paid}`)).toMatchObject({ status: 404 });
    expect(await get(`/tx/${paid}/status`)).toEqual({ confirmed: false });
    const none = { tx_count: 0, funded_txo_sum: 0 };
    expect(await get(path)).toMatchObject({ chain_stats: none, mempool_stats: none });
    const { txid } = await outputOf(theft);
    expect(await get(`/tx/${from.txid}/outspend/${from.vout}`)).toMatchObject({
      txid,
      status: { block_hash: hash },
    });
    // What is no longer in the chain can still be looked at.
    expect(await get(`/block/${stale}/status`)).toEqual({
      in_best_chain: false,
      height: null,
      next_best: null,
    });
    expect(await get(`/block/${stale}`)).toEqual(before);
    const shown = await get<TransactionJson[]>(`/block/${stale}/txs`);
    expect(shown.at(-1)).toMatchObject({ txid: paid, fee: 10_000, status: { confirmed: false } });
    expect(await text(`/block-height/${before.height}`)).toBe(hash);
  });

  it("puts transactions back into the mempool", async () => {
    const txid = await network.fund(await network.newAddress("alice"), "0.1");
    expect(await get(`/tx/${txid}/status`)).toMatchObject({ confirmed: true });
    const { mined } = await network.reorg(1);
    expect(await get(`/tx/${txid}/status`)).toEqual({ confirmed: false });
    expect(await text("/blocks/tip/hash")).toBe(mined.at(-1));
    await network.mine();
    expect(await get(`/tx/${txid}/status`)).toMatchObject({ confirmed: true });
  });
});

it("follows clocks that are set to another time", async () => {
  await network.time.advance("400d");
  const [hash = ""] = await network.mine();
  const { time } = await rpc.call("getblockheader", [hash]);
  expect(await get<BlockJson>(`/block/${hash}`)).toMatchObject({ timestamp: time });
});

it("tells listeners of blocks and payments, with the scripts that they touch", async () => {
  const changes: IndexChange[] = [];
  const listener = explorer.index.follow((change) => changes.push(change));
  const seen = async (what: string, is: (change: IndexChange) => boolean): Promise<IndexChange> =>
    await waitFor(() => Promise.resolve(changes.find(is)), { what, limitMs: 20_000 });
  const address = await network.newAddress("alice");
  const txid = await network.fund(address, "0.1", { confirmations: 0 });
  const payment = await seen("the payment", ({ scripts }) => scripts.size > 0);
  expect(payment.connected).toEqual([]);
  expect(explorer.index.transaction(txid)).toBeDefined();
  const [hash] = await network.mine();
  const block = await seen("the block", ({ connected }) => connected.length > 0);
  expect(block.connected.map((one) => one.hash)).toEqual([hash]);
  for (const script of explorer.index
    .transaction(txid)
    ?.outputs.map((output) => output.script.hash) ?? []) {
    expect(payment.scripts).toContain(script);
    expect(block.scripts).toContain(script);
  }
  const { replaced } = await network.reorg(1);
  const reorg = await seen("the reorganization", ({ disconnected }) => disconnected.length > 0);
  expect(reorg.disconnected.map((one) => one.hash)).toEqual(replaced);
  listener[Symbol.dispose]();
});

it("waits for a node that restarts, and is back where a reset leads", async () => {
  const restarted = network.restart("miner");
  const answers = Array.from({ length: 5 }, () => text("/blocks/tip/height"));
  await restarted;
  const height = String(await rpc.call("getblockcount"));
  expect(new Set(await Promise.all(answers))).toEqual(new Set([height]));

  await network.fund(await network.newAddress("alice"), "0.1", { confirmations: 0 });
  await network.reset();
  expect(await text("/blocks/tip/hash")).toBe(network.manifest.facts.tip);
  expect(await get("/mempool/txids")).toEqual([]);
  expect(await get("/mempool/recent")).toEqual([]);
  const [hash] = await network.mine();
  expect(await text("/blocks/tip/hash")).toBe(hash);
});

it("says that the node is away, and goes on when it is back", async () => {
  await using impatient = await openExplorer({ node: rpc, timeoutMs: 300 });
  await network.pause("miner");
  const away = await ask(`${impatient.url}/blocks/tip/height`);
  await network.unpause("miner");
  expect(away).toMatchObject({ status: 503, text: "the node did not answer within 0.3 s" });
  expect((await ask(`${impatient.url}/blocks/tip/height`)).status).toBe(200);
});

it("refuses a chain that is larger than its limits", async () => {
  const open = openExplorer({ node: rpc, limits: { transactions: 50 } });
  await expect(open).rejects.toThrow(
    "the explorer's index would hold more than 50 transactions at height",
  );
  const height = await rpc.call("getblockcount");
  await using small = await openExplorer({ node: rpc, limits: { transactions: height + 3 } });
  expect((await ask(`${small.url}/blocks/tip/height`)).text).toBe(String(height));
  await network.mine(5);
  const refused = await ask(`${small.url}/blocks/tip/height`);
  expect(refused.status).toBe(503);
  expect(refused.text).toContain("raise its limits, or reset the network");
  await network.reset();
  expect((await ask(`${small.url}/blocks/tip/height`)).status).toBe(200);
});

describe("for those who come from Nigiri", () => {
  let nigiri: Explorer;
  beforeAll(async () => {
    nigiri = await openExplorer({
      node: rpc,
      faucet: (address, amount) => network.fund(address, amount),
      mine: async () => {
        await network.mine();
      },
    });
  });
  afterAll(async () => {
    await nigiri[Symbol.asyncDispose]();
  });
  const faucet = (order: unknown): ReturnType<typeof ask> =>
    ask(`${nigiri.url}/faucet`, { method: "POST", body: JSON.stringify(order) });

  it("the faucet pays, one bitcoin where nothing else is said", async () => {
    const address = await network.newAddress("alice");
    const { status, text: told } = await faucet({ address, amount: 0.25 });
    expect(status).toBe(200);
    const { txId } = JSON.parse(told) as { txId: string };
    expect(await get(`/tx/${txId}/status`)).toMatchObject({ confirmed: true });
    await faucet({ address });
    expect((await get<Stats>(`/address/${address}`)).chain_stats["funded_txo_sum"]).toBe(1.25e8);
  });

  it.each([
    [{ address: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4" }, "Address on invalid network"],
    [{ address: "Alice" }, "Invalid Bitcoin address"],
    [{ amount: 1 }, "Expected JSON such as"],
    ["nothing", "Expected JSON such as"],
    [{ address: "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx", amount: [] }, "amount is a number of BTC"],
    [{ address: "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx", amount: "1e3" }, "1e3"],
    [{ address: "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx", amount: 1e6 }, "miner"],
  ])("the faucet refuses %j", async (order, message) => {
    const { status, text: told } = await faucet(order);
    expect({ status, told }).toEqual({
      status: 400,
      told: expect.stringContaining(message) as string,
    });
  });

  it("a transaction is followed by a block", async () => {
    const from = await coin();
    const hex = await signed([from], await network.newAddress("alice"), from.amount - 0.0001);
    const { text: txid } = await ask(`${nigiri.url}/tx`, { method: "POST", body: hex });
    expect(await get(`/tx/${txid}/status`)).toMatchObject({ confirmed: true });
  });

  it("there is no faucet unless it is asked for", async () => {
    expect(await post("/faucet", "{}")).toMatchObject({ status: 404 });
  });
});
