import { beforeEach, expect, it } from "vitest";

import { ChainState } from "../../../../explorer/index/chain-state.ts";
import { addEntries as addWithin } from "../../../../explorer/index/mempool-entries.ts";
import type { MempoolEntry } from "../../../../explorer/index/node-reader.ts";
import {
  blockBytes,
  coinbaseBytes,
  genesis,
  hashOf,
  transactionBytes,
  txidOf,
} from "../../../helpers/chain-blocks.ts";

const script = Buffer.of(0x51);
const coinbase = coinbaseBytes(1, script);
const spending = (bytes: Buffer, value: number): Buffer =>
  transactionBytes([{ txid: txidOf(bytes), vout: 0 }], [{ value, script }]);
const parent = spending(coinbase, 49e8);
const child = spending(parent, 48e8);
const replacement = spending(coinbase, 40e8);
const entries = (...transactions: Buffer[]): MempoolEntry[] =>
  transactions.map((bytes) => ({ txid: txidOf(bytes), bytes }));

let state: ChainState;
beforeEach(() => {
  state = new ChainState();
  state.connect(genesis);
  state.connect(blockBytes(hashOf(genesis), 2, [coinbase]));
});
const addEntries = (to: ChainState, added: readonly MempoolEntry[]): boolean =>
  addWithin(to, added, () => undefined);
const mempool = (): string[] => [...state.mempool.keys()];

it("adds parents before their children, whatever the order", () => {
  expect(addEntries(state, entries(child, parent))).toBe(true);
  expect(mempool()).toEqual([txidOf(parent), txidOf(child)]);
  const before = state.transaction(txidOf(child));
  expect(addEntries(state, entries(parent, child))).toBe(true);
  expect(state.transaction(txidOf(child))).toBe(before);
});

it("removes what is gone before it adds what takes its coins", () => {
  addEntries(state, entries(parent, child));
  expect(addEntries(state, entries(replacement))).toBe(true);
  expect(mempool()).toEqual([txidOf(replacement)]);
});

it("says that it is not whole when a parent is missing", () => {
  expect(addEntries(state, entries(child))).toBe(false);
  expect(mempool()).toEqual([]);
  expect(addEntries(state, entries(child, parent))).toBe(true);
});

it("empties the mempool", () => {
  addEntries(state, entries(parent, child));
  expect(addEntries(state, [])).toBe(true);
  expect(mempool()).toEqual([]);
});
