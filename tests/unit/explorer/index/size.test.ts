/** The memory that the index takes itself to hold, next to what it does hold. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect, it } from "vitest";

import { ChainState } from "../../../../explorer/index/chain-state.ts";
import { sha256 } from "../../../../explorer/index/hashes.ts";
import {
  blockBytes,
  coinbaseBytes,
  genesis,
  hashOf,
  transactionBytes,
  txidOf,
} from "../../../helpers/chain-blocks.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function held(): number {
  // Buffers are given back by what runs after the first collection.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const label = (text: string): Buffer =>
  Buffer.concat([Buffer.of(0, 20), sha256(Buffer.from(text)).subarray(0, 20)]);

/** Blocks in which each transaction spends the one before, and pays a script of its own beside. */
function* blocks(count: number, transactions: number): Generator<Buffer> {
  let previous = hashOf(genesis);
  yield genesis;
  for (let height = 1; height <= count; height++) {
    const all = [coinbaseBytes(height, Buffer.of(0x51))];
    while (all.length <= transactions) {
      const spent = { txid: txidOf(all.at(-1) ?? genesis), vout: 0 };
      all.push(
        transactionBytes(
          [spent],
          [
            { value: 50e8 - all.length, script: Buffer.of(0x51) },
            { value: 600, script: label(`${height} ${all.length}`) },
          ],
        ),
      );
    }
    const block = blockBytes(previous, height, all);
    previous = hashOf(block);
    // By itself, as the node's blocks are read: not a piece of Node's pool.
    yield Buffer.from(Uint8Array.from(block).buffer);
  }
}

it.each([
  ["empty blocks", 5_000, 0],
  ["blocks with payments", 100, 100],
])("is estimated: %s", (_what, count, transactions) => {
  const state = new ChainState();
  const before = held();
  for (const block of blocks(count, transactions)) state.connect(block);
  state.touched.clear();
  const index = held() - before;
  expect(state.size.memory / index).toBeGreaterThan(0.85);
  expect(state.size.memory / index).toBeLessThan(1.15);
});
