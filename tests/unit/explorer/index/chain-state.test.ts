import { beforeEach, describe, expect, it } from "vitest";

import { ChainState, MisfitError } from "../../../../explorer/index/chain-state.ts";
import { scriptHash } from "../../../../explorer/index/hashes.ts";
import type { IndexedTransaction, ScriptHistory } from "../../../../explorer/index/records.ts";
import {
  blockBytes,
  coinbaseBytes,
  genesis,
  hashOf,
  transactionBytes,
  txidOf,
} from "../../../helpers/chain-blocks.ts";

const miner = Buffer.of(0x51);
const shop = Buffer.of(0x52);
const thief = Buffer.of(0x53);

const coinbase = coinbaseBytes(1, miner);
const payment = transactionBytes(
  [{ txid: txidOf(coinbase), vout: 0 }],
  [
    { value: 30e8, script: shop },
    { value: 19e8, script: miner },
  ],
);
const child = transactionBytes(
  [{ txid: txidOf(payment), vout: 0 }],
  [{ value: 29e8, script: shop }],
);
/** Spends what `payment` spends. */
const theft = transactionBytes(
  [{ txid: txidOf(coinbase), vout: 0 }],
  [{ value: 49e8, script: thief }],
);
const first = blockBytes(hashOf(genesis), 2, [coinbase]);

let state: ChainState;
beforeEach(() => {
  state = new ChainState();
  state.connect(genesis);
  state.connect(first);
});

const history = (script: Buffer): ScriptHistory | undefined =>
  state.scripts.get(scriptHash(script));
const txids = (transactions: Iterable<IndexedTransaction> = []): string[] =>
  [...transactions].map(({ txid }) => txid);
const second = (...transactions: Buffer[]): Buffer =>
  blockBytes(hashOf(first), 3, [coinbaseBytes(2, miner), ...transactions]);
const sizes = (): unknown => {
  const { transactions, scripts, memory } = state.size;
  return { transactions, scripts, memory };
};
const empty = (): boolean => state.mempool.size === 0;

describe("a payment in the mempool", () => {
  it("is in the histories, spends its coin, and pays the fee that its outputs leave", () => {
    const transaction = state.addToMempool(payment);
    expect(transaction.fee).toBe(1e8);
    expect(transaction.block).toBeUndefined();
    expect(transaction.bytes).toEqual(payment);
    expect(txids(history(shop)?.unconfirmed)).toEqual([txidOf(payment)]);
    expect(state.transaction(txidOf(coinbase))?.outputs[0]?.spender).toBe(transaction);
    expect(history(miner)?.unspent.map(({ value }) => value)).toEqual([50e8, 19e8]);
    expect(state.addToMempool(child).hasUnconfirmedParents).toBe(true);
  });

  it("goes into its block as it is", () => {
    const transaction = state.addToMempool(payment);
    const block = state.connect(second(payment));
    expect(state.transaction(txidOf(payment))).toBe(transaction);
    expect(transaction.block).toBe(block);
    expect(transaction.position).toBe(1);
    expect(transaction.bytes).toEqual(payment);
    expect(empty()).toBe(true);
    expect(txids(history(shop)?.confirmed)).toEqual([txidOf(payment)]);
    expect(history(shop)?.unconfirmed).toBeUndefined();
  });

  it("goes with all that spends it, and leaves nothing", () => {
    const before = sizes();
    const transaction = state.addToMempool(payment);
    state.addToMempool(child);
    state.removeFromMempool(transaction);
    expect(empty()).toBe(true);
    expect(history(shop)).toBeUndefined();
    expect(state.transaction(txidOf(coinbase))?.outputs[0]?.spender).toBeUndefined();
    expect(sizes()).toEqual(before);
  });

  it("goes, with its children, for a block that spends its coin", () => {
    state.addToMempool(payment);
    state.addToMempool(child);
    state.connect(second(theft));
    expect(empty()).toBe(true);
    expect(state.transaction(txidOf(payment))).toBeUndefined();
    expect(state.transaction(txidOf(coinbase))?.outputs[0]?.spender?.txid).toBe(txidOf(theft));
    expect(history(shop)).toBeUndefined();
  });

  it("is refused where its coin is spent or unknown", () => {
    state.addToMempool(payment);
    expect(() => state.addToMempool(theft)).toThrow(MisfitError);
    state.clearMempool();
    expect(() => state.addToMempool(child)).toThrow(MisfitError);
    expect(empty()).toBe(true);
  });
});

describe("a block", () => {
  it("belongs on the tip alone", () => {
    expect(() => state.connect(genesis)).toThrow(MisfitError);
    expect(() => state.connect(blockBytes("ab".repeat(32), 3, [coinbaseBytes(2, miner)]))).toThrow(
      "does not follow",
    );
    expect(state.tip?.hash).toBe(hashOf(first));
  });

  it("is taken back with all that it did", () => {
    const before = sizes();
    const block = state.connect(second(payment, child));
    expect(txids(history(shop)?.confirmed)).toEqual([txidOf(payment), txidOf(child)]);
    expect(state.disconnect()).toBe(block);
    expect(block.inBestChain).toBe(false);
    expect(state.block(block.hash)).toBeUndefined();
    expect(state.transaction(txidOf(child))).toBeUndefined();
    expect(history(shop)).toBeUndefined();
    expect(txids(history(miner)?.confirmed)).toEqual([txidOf(genesisCoinbase), txidOf(coinbase)]);
    expect(history(miner)?.unspent).toHaveLength(2);
    expect(sizes()).toEqual(before);
    expect(state.connect(second(theft)).inBestChain).toBe(true);
  });

  it("has the median of eleven times", () => {
    let previous = hashOf(first);
    for (const time of [9, 4, 8, 5, 7, 6, 20, 21, 22, 23]) {
      const block = blockBytes(previous, time, [coinbaseBytes(time, miner)]);
      previous = state.connect(block).hash;
    }
    // 2 and those: 2 4 5 6 7 8 9 20 21 22 23.
    expect(state.tip?.medianTime).toBe(8);
    expect(state.blocks[1]?.medianTime).toBe(2);
  });
});

it("does not spend what nobody can spend", () => {
  const opReturn = Buffer.of(0x6a);
  state.connect(
    second(
      transactionBytes([{ txid: txidOf(coinbase), vout: 0 }], [{ value: 5, script: opReturn }]),
    ),
  );
  expect(history(opReturn)?.isUnspendable).toBe(true);
  expect(history(opReturn)?.unspent).toEqual([]);
});

it("tells the scripts that a change touched", () => {
  state.touched.clear();
  state.addToMempool(payment);
  expect([...state.touched].map(({ hash }) => hash).toSorted()).toEqual(
    [scriptHash(miner), scriptHash(shop)].toSorted(),
  );
});

it("remembers the newest in the mempool, also in a block, but not when they are gone", () => {
  state.addToMempool(payment);
  state.addToMempool(child);
  state.connect(second(payment));
  expect(txids(state.recent)).toEqual([txidOf(child), txidOf(payment)]);
  state.disconnect();
  expect(txids(state.recent)).toEqual([]);
});

const genesisCoinbase = coinbaseBytes(0, miner);
