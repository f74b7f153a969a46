/** Each statement of Esplora's API, on a chain with every kind of script, beside what the node itself says. */
import { EsploraExplorer } from "@bitcoinerlab/explorer";
import { EsploraProvider } from "@scure/btc-signer/net.js";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";

import type { BlockJson } from "../../explorer/esplora/block-json.ts";
import type { OutputJson, TransactionJson } from "../../explorer/esplora/transaction-json.ts";
import { type Explorer, openExplorer } from "../../explorer/explorer.ts";
import { scriptHash } from "../../explorer/index/hashes.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import {
  everyScript,
  type PaidAndSpent,
  payEveryScript,
  regtest,
} from "../helpers/every-script.ts";
import { bytesOf, jsonOf, textOf } from "../helpers/http.ts";
import { sharedKitSnapshot } from "../helpers/kit-snapshot.ts";
import {
  type NodeBlock,
  nodeChain,
  type NodeInput,
  type NodeOutput,
  type NodeTransaction,
  sat,
} from "../helpers/node-json.ts";

const unknownHash = "ab".repeat(32);
/** More than the 25 that Esplora has on a page. */
const manyPayments = 60;

let network: TestNetwork;
let explorer: Explorer;
let every: PaidAndSpent;
/** Was paid many times. */
let busy: string;
let chain: NodeBlock[];

beforeAll(async () => {
  const { name: snapshot } = await sharedKitSnapshot();
  network = await cloneNetwork({ snapshot });
  explorer = await openExplorer({ node: network.miner.rpc });
  every = await payEveryScript(network);
  busy = await network.newAddress("alice");
  // Each mature coin pays 25 times in a block.
  await network.mine(5);
  await network.fundMany(busy, "0.01", manyPayments);
  chain = await nodeChain(network.miner.rpc);
});
afterAll(async () => {
  await explorer[Symbol.asyncDispose]();
  await network.dispose();
});

const at = (path: string): string => explorer.url + path;
const get = <T>(path: string): Promise<T> => jsonOf<T>(at(path));
const text = (path: string): Promise<string> => textOf(at(path));

const allTransactions = (): { transaction: NodeTransaction; block: NodeBlock }[] =>
  chain.flatMap((block) => block.tx.map((transaction) => ({ transaction, block })));

const fullBlock = (): NodeBlock => {
  const block = chain.find(({ nTx }) => nTx > 50);
  if (block === undefined) throw new Error("no block has more than 50 transactions");
  return block;
};

/** bitcoind's words for a script: without the names of pushes, and numbers as numbers. */
function asNodeWords(asm: string): string {
  return asm
    .replaceAll(/OP_PUSH(?:BYTES|DATA)\S+ /g, "")
    .replaceAll(/OP_PUSHNUM_(\d+)/g, "$1")
    .replaceAll(/\bOP_0\b/g, "0");
}

function expectOutput(shown: OutputJson, { value, scriptPubKey }: NodeOutput): void {
  expect(shown.value).toBe(sat(value));
  expect(shown.scriptpubkey).toBe(scriptPubKey.hex);
  expect(shown.scriptpubkey_address).toBe(scriptPubKey.address);
  expect(asNodeWords(shown.scriptpubkey_asm)).toBe(scriptPubKey.asm);
}

function expectInput(shown: TransactionJson["vin"][number], node: NodeInput): void {
  expect(shown.sequence).toBe(node.sequence);
  expect(shown.witness).toEqual(node.txinwitness);
  expect(shown.is_coinbase).toBe(node.coinbase !== undefined);
  expect(shown.scriptsig).toBe(node.coinbase ?? node.scriptSig?.hex);
  if (node.prevout === undefined) {
    expect(shown).toMatchObject({ txid: "0".repeat(64), vout: 0xffffffff, prevout: null });
    return;
  }
  expect(shown).toMatchObject({ txid: node.txid, vout: node.vout });
  expect(shown.prevout).not.toBeNull();
  if (shown.prevout !== null) expectOutput(shown.prevout, { n: 0, ...node.prevout });
}

function expectTransaction(shown: TransactionJson, node: NodeTransaction, block?: NodeBlock): void {
  const { txid, version, locktime, size, weight, fee = 0 } = node;
  expect(shown).toMatchObject({ txid, version, locktime, size, weight, fee: sat(fee) });
  expect(shown.vin).toHaveLength(node.vin.length);
  for (const [index, input] of shown.vin.entries()) {
    expectInput(input, node.vin[index] as NodeInput);
  }
  expect(shown.vout).toHaveLength(node.vout.length);
  for (const [index, output] of shown.vout.entries()) {
    expectOutput(output, node.vout[index] as NodeOutput);
  }
  expect(shown.status).toEqual(
    block === undefined
      ? { confirmed: false }
      : {
          confirmed: true,
          block_height: block.height,
          block_hash: block.hash,
          block_time: block.time,
        },
  );
}

describe("blocks", () => {
  it("are as the node has them, by hash and in lists of ten from any height down", async () => {
    for (const node of chain) {
      const shown = await get<BlockJson>(`/block/${node.hash}`);
      expect(shown).toEqual({
        id: node.hash,
        height: node.height,
        version: node.version,
        timestamp: node.time,
        mediantime: node.mediantime,
        bits: Number.parseInt(node.bits, 16),
        nonce: node.nonce,
        difficulty: expect.closeTo(node.difficulty, 20) as number,
        merkle_root: node.merkleroot,
        tx_count: node.nTx,
        size: node.size,
        weight: node.weight,
        previousblockhash: node.previousblockhash ?? null,
      });
    }
    const newest = chain.toReversed().slice(0, 10);
    const ids = async (path: string): Promise<string[]> =>
      (await get<BlockJson[]>(path)).map(({ id }) => id);
    expect(await ids("/blocks")).toEqual(newest.map(({ hash }) => hash));
    expect(await ids("/blocks/3")).toEqual([3, 2, 1, 0].map((height) => chain[height]?.hash));
  });

  it("have header, raw bytes, status, ids and transactions", async () => {
    const { rpc } = network.miner;
    for (const node of [chain[0], chain[1], fullBlock(), chain.at(-1)]) {
      if (node === undefined) throw new Error("no such block");
      const path = `/block/${node.hash}`;
      const { hash, height } = node;
      expect(await text(`${path}/header`)).toBe(
        await rpc.call<string>("getblockheader", [hash, false]),
      );
      expect(await bytesOf(at(`${path}/raw`))).toBe(await rpc.call<string>("getblock", [hash, 0]));
      expect(await get(`${path}/status`)).toEqual({
        in_best_chain: true,
        height,
        next_best: node.nextblockhash ?? null,
      });
      const txids = node.tx.map(({ txid }) => txid);
      expect(await get(`${path}/txids`)).toEqual(txids);
      expect(await text(`${path}/txid/${txids.length - 1}`)).toBe(txids.at(-1));
      const pages: TransactionJson[] = [];
      for (let start = 0; start < txids.length; start += 25) {
        pages.push(...(await get<TransactionJson[]>(`${path}/txs/${start}`)));
      }
      expect(pages.map(({ txid }) => txid)).toEqual(txids);
      expect(await get(`${path}/txs`)).toEqual(pages.slice(0, 25));
      expect(await text(`/block-height/${height}`)).toBe(hash);
    }
    expect(await text("/blocks/tip/hash")).toBe(chain.at(-1)?.hash);
    expect(await text("/blocks/tip/height")).toBe(String(chain.length - 1));
  });
});

describe("transactions", () => {
  it("are as the node has them", async () => {
    for (const { transaction, block } of allTransactions()) {
      const path = `/tx/${transaction.txid}`;
      const shown = await get<TransactionJson>(path);
      expectTransaction(shown, transaction, block);
      expect(await get(`${path}/status`)).toEqual(shown.status);
      expect(await text(`${path}/hex`)).toBe(transaction.hex);
      expect(await bytesOf(at(`${path}/raw`))).toBe(transaction.hex);
    }
  });

  it("name every kind of script, and show those that inputs had only the hash of", async () => {
    const paid = await get<TransactionJson>(`/tx/${every.paid}`);
    const kinds = ["p2pk", "p2pkh", "p2sh", "p2sh", "p2sh", "v0_p2wpkh", "v0_p2wsh", "v1_p2tr"];
    expect(paid.vout.map(({ scriptpubkey_type }) => scriptpubkey_type)).toEqual([
      ...kinds,
      "unknown",
      "op_return",
      "v0_p2wpkh",
    ]);
    const { vin } = await get<TransactionJson>(`/tx/${every.spent}`);
    const multisig = paid.vout[8]?.scriptpubkey_asm;
    expect(multisig).toMatch(/^OP_PUSHNUM_2 OP_PUSHBYTES_33 .* OP_PUSHNUM_2 OP_CHECKMULTISIG$/);
    const inner = vin.map((input) => [input.inner_redeemscript_asm, input.inner_witnessscript_asm]);
    const nothing = [undefined, undefined];
    expect(inner).toEqual([
      nothing,
      nothing,
      [paid.vout[5]?.scriptpubkey_asm, undefined],
      [multisig, undefined],
      [paid.vout[6]?.scriptpubkey_asm, multisig],
      nothing,
      [undefined, multisig],
      nothing,
      nothing,
    ]);
  });

  it("are proven to be in their blocks", async () => {
    const { rpc } = network.miner;
    for (const { transaction, block } of allTransactions()) {
      const { txid } = transaction;
      // The node's own proof of the genesis block's transaction is refused.
      if (block.height === 0) continue;
      const proof = await text(`/tx/${txid}/merkleblock-proof`);
      expect(proof).toBe(await rpc.call<string>("gettxoutproof", [[txid], block.hash]));
      expect(await get(`/tx/${txid}/merkle-proof`)).toMatchObject({
        block_height: block.height,
        pos: block.tx.findIndex((one) => one.txid === txid),
      });
    }
  });

  it("tell what spends their outputs", async () => {
    const spenders = new Map(
      allTransactions().flatMap(({ transaction, block }) =>
        transaction.vin.map(
          ({ txid, vout }, vin) =>
            [`${txid}:${vout}`, { vin, txid: transaction.txid, block }] as const,
        ),
      ),
    );
    for (const { transaction } of allTransactions()) {
      const expected = transaction.vout.map(({ n }) => {
        const spender = spenders.get(`${transaction.txid}:${n}`);
        if (spender === undefined) return { spent: false };
        const { txid, vin, block } = spender;
        const { height, hash, time } = block;
        const status = { block_height: height, block_hash: hash, block_time: time };
        return { spent: true, txid, vin, status: { confirmed: true, ...status } };
      });
      expect(await get(`/tx/${transaction.txid}/outspends`)).toEqual(expected);
      expect(await get(`/tx/${transaction.txid}/outspend/0`)).toEqual(expected[0]);
    }
    expect(await get(`/tx/${unknownHash}/outspend/0`)).toEqual({ spent: false });
    expect(await get(`/tx/${unknownHash}/status`)).toEqual({ confirmed: false });
  });
});

interface AddressJson {
  readonly chain_stats: Record<string, number>;
  readonly mempool_stats: Record<string, number>;
}

interface UtxoJson {
  readonly txid: string;
  readonly vout: number;
  readonly value: number;
  readonly status: TransactionJson["status"];
}

/** What was paid to a script and spent from it, counted from the node's blocks. */
function counted(script: string): Record<string, number> {
  const all = allTransactions().map(({ transaction }) => transaction);
  const funded = all.flatMap(({ vout }) => vout.filter((out) => out.scriptPubKey.hex === script));
  const spent = all.flatMap(({ vin }) =>
    vin.flatMap(({ prevout }) => (prevout?.scriptPubKey.hex === script ? [prevout] : [])),
  );
  const sum = (outputs: readonly { value: number }[]): number =>
    outputs.reduce((total, { value }) => total + sat(value), 0);
  return {
    tx_count: all.filter(
      ({ vin, vout }) =>
        vout.some((out) => out.scriptPubKey.hex === script) ||
        vin.some(({ prevout }) => prevout?.scriptPubKey.hex === script),
    ).length,
    funded_txo_count: funded.length,
    funded_txo_sum: sum(funded),
    spent_txo_count: spent.length,
    spent_txo_sum: sum(spent),
  };
}

const none = {
  tx_count: 0,
  funded_txo_count: 0,
  funded_txo_sum: 0,
  spent_txo_count: 0,
  spent_txo_sum: 0,
};

describe("addresses and script hashes", () => {
  /** Script as hex → its address, if it has one. */
  const scripts = (): Map<string, string | undefined> =>
    new Map(
      allTransactions().flatMap(({ transaction }) =>
        transaction.vout.map(({ scriptPubKey: { hex, address } }) => [hex, address] as const),
      ),
    );
  const pathsOf = (script: string, address: string | undefined): string[] => [
    `/scripthash/${scriptHash(Buffer.from(script, "hex"))}`,
    ...(address === undefined ? [] : [`/address/${address}`]),
  ];

  it("have the sums of all that was paid to them and spent from them", async () => {
    for (const [script, address] of scripts()) {
      for (const path of pathsOf(script, address)) {
        const shown = await get<AddressJson>(path);
        expect(shown.chain_stats).toEqual(counted(script));
        expect(shown.mempool_stats).toEqual(none);
      }
    }
    const unused = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6";
    expect(await get(`/address/${unused}`)).toEqual({
      address: unused,
      chain_stats: none,
      mempool_stats: none,
    });
  });

  it("have the unspent outputs that the node has", async () => {
    interface Scan {
      readonly unspents: readonly { txid: string; vout: number; amount: number; height: number }[];
    }
    for (const [script, address] of scripts()) {
      const scan = await network.miner.rpc.call<Scan>("scantxoutset", [
        "start",
        [`raw(${script})`],
      ]);
      const expected = scan.unspents.map(({ txid, vout, amount, height }) => {
        const { hash = "", time = 0 } = chain[height] ?? {};
        const status = { block_height: height, block_hash: hash, block_time: time };
        return { txid, vout, value: sat(amount), status: { confirmed: true, ...status } };
      });
      // The genesis block's output is in no set of unspent outputs, as nobody can spend it.
      if (counted(script)["funded_txo_sum"] === 50e8 && expected.length === 0) continue;
      for (const path of pathsOf(script, address)) {
        const shown = await get<UtxoJson[]>(`${path}/utxo`);
        expect(new Set(shown)).toEqual(new Set(expected));
      }
    }
  });

  it("list their transactions, the newest first, 25 on a page", async () => {
    const expected = allTransactions()
      .filter(({ transaction }) =>
        transaction.vout.some(({ scriptPubKey }) => scriptPubKey.address === busy),
      )
      .map(({ transaction }) => transaction.txid)
      .toReversed();
    expect(expected).toHaveLength(manyPayments);
    const first = await get<TransactionJson[]>(`/address/${busy}/txs`);
    expect(first.map(({ txid }) => txid)).toEqual(expected.slice(0, 25));
    expect(await get(`/address/${busy}/txs/chain`)).toEqual(first);
    const listed: string[] = [];
    let page = first;
    while (page.length > 0) {
      listed.push(...page.map(({ txid }) => txid));
      page = await get<TransactionJson[]>(`/address/${busy}/txs/chain/${listed.at(-1) ?? ""}`);
    }
    expect(listed).toEqual(expected);
    expect(await get(`/address/${busy}/txs/mempool`)).toEqual([]);
    expect(await get(`/address/${busy}/txs/chain/${unknownHash}`)).toEqual([]);
  });

  it("are found by the beginning of an address", async () => {
    expect(await get(`/address-prefix/${busy.slice(0, 12)}`)).toEqual([busy]);
    expect(await get(`/address-prefix/${busy.slice(0, 12).toUpperCase()}`)).toEqual([busy]);
    expect(await get<string[]>("/address-prefix/bcrt1q")).toHaveLength(10);
    expect(await get("/address-prefix/mkvAYmgq")).toEqual(["mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx"]);
    expect(await get("/address-prefix/nothing")).toEqual([]);
  });
});

describe("clients", () => {
  test("@bitcoinerlab/explorer reads heights, blocks, histories, balances and fees, and broadcasts", async () => {
    const client = new EsploraExplorer({ url: explorer.url });
    await client.connect();
    expect(await client.isConnected()).toBe(true);
    const height = await network.miner.rpc.call("getblockcount");
    expect(await client.fetchBlockHeight()).toBe(height);
    expect(await client.fetchBlockStatus(1)).toMatchObject({ blockHash: chain[1]?.hash });
    const history = await client.fetchTxHistory({ address: busy });
    expect(history).toHaveLength(manyPayments);
    expect(await client.fetchAddress(busy)).toMatchObject({
      balance: manyPayments * 1e6,
      txCount: manyPayments,
    });
    const [first] = history;
    expect(await client.fetchTx(first?.txId ?? "")).toBe(
      await text(`/tx/${first?.txId ?? ""}/hex`),
    );
    // Without traffic, the node has no estimates, and the client takes an empty answer for an error.
    await expect(client.fetchFeeEstimates()).rejects.toThrow("Invalid fee estimates");
    await expect(client.push("00")).rejects.toThrow("TX decode failed");
  });

  test("@scure/btc-signer, which checks the shape of each answer, reads balances, history and blocks", async () => {
    const client = new EsploraProvider(fetch, explorer.url, regtest);
    expect(await client.height()).toBe(await network.miner.rpc.call("getblockcount"));
    expect(await client.blockInfo(1)).toMatchObject({ hash: chain[1]?.hash });
    for (const { address } of [everyScript.p2pkh, everyScript.p2tr, everyScript["p2sh-p2wsh"]]) {
      const { chain_stats } = await get<AddressJson>(`/address/${address}`);
      const { funded_txo_sum = 0, spent_txo_sum = 0, tx_count } = chain_stats;
      expect(await client.balance(address)).toMatchObject({
        balance: BigInt(funded_txo_sum - spent_txo_sum),
      });
      expect(await client.txCount(address)).toBe(tx_count);
    }
    const { utxo } = await client.unspent(busy);
    expect(utxo).toHaveLength(manyPayments);
    expect(await client.transfers(busy)).toHaveLength(manyPayments);
    expect(await client.txInfo(every.spent)).toMatchObject({ txid: every.spent });
    await expect(client.sendTx("00")).rejects.toThrow("sendrawtransaction RPC error");
  });
});
