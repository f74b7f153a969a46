/** What an index takes of a node, up to its limits. */
import { beforeEach, describe, expect, it } from "vitest";

import type { RpcClient } from "../../../../bootstrap/rpc/client.ts";
import { ChainIndex } from "../../../../explorer/index/chain-index.ts";
import { IndexLimitError } from "../../../../explorer/index/limits.ts";
import {
  blockBytes,
  coinbaseBytes,
  genesis,
  hashOf,
  transactionBytes,
  txidOf,
} from "../../../helpers/chain-blocks.ts";

const script = Buffer.of(0x51);

/** A node that has these, and answers what an index asks. */
class FakeNode {
  readonly blocks = [genesis];
  mempool: Buffer[] = [];

  mine(count = 1): void {
    for (let mined = 0; mined < count; mined += 1) {
      const height = this.blocks.length;
      const coinbase = coinbaseBytes(height, script);
      this.blocks.push(blockBytes(this.#tip, height + 1, [coinbase, ...this.mempool]));
      this.mempool = [];
    }
  }

  /** Payments of the coinbases of the first blocks. */
  pay(count: number): void {
    for (let height = 1; height <= count; height += 1) {
      const coin = { txid: txidOf(coinbaseBytes(height, script)), vout: 0 };
      this.mempool.push(transactionBytes([coin], [{ value: 49e8, script }]));
    }
  }

  get rpc(): RpcClient {
    const call = (method: string, params: readonly unknown[] = []): Promise<unknown> =>
      Promise.resolve(this.#answer(method, params[0]));
    const callAll = (calls: readonly [string][]): Promise<unknown[]> =>
      Promise.all(calls.map(([method]) => call(method)));
    const callMany = (method: string, params: readonly unknown[][]): Promise<unknown[]> =>
      Promise.all(params.map((given) => call(method, given)));
    return { call, callAll, callMany } as unknown as RpcClient;
  }

  get #tip(): string {
    return hashOf(this.blocks.at(-1) ?? genesis);
  }

  #answer(method: string, param: unknown): unknown {
    switch (method) {
      case "getbestblockhash":
        return this.#tip;
      case "getmempoolinfo":
        return { size: this.mempool.length, bytes: 0, total_fee: 0, usage: 0 };
      case "getrawmempool":
        return this.mempool.map(txidOf);
      case "getrawtransaction":
        return this.mempool.find((bytes) => txidOf(bytes) === param)?.toString("hex");
      case "getblockheader":
        return { height: this.blocks.findIndex((block) => hashOf(block) === param) };
      case "getblockhash":
        return hashOf(this.blocks[param as number] ?? genesis);
      case "getblock":
        return this.blocks.find((block) => hashOf(block) === param)?.toString("hex");
      default:
        throw new Error(`an index asks for ${method}`);
    }
  }
}

describe("an index that may hold five transactions", () => {
  let node: FakeNode;
  let index: ChainIndex;
  beforeEach(async () => {
    node = new FakeNode();
    node.mine(3);
    index = await ChainIndex.open(node.rpc, { limits: { transactions: 5 } });
    return () => {
      index[Symbol.dispose]();
    };
  });
  const refused = async (): Promise<void> => {
    await expect(index.refresh()).rejects.toThrow(IndexLimitError);
  };

  it("takes one block too many, however often it is asked", async () => {
    node.mine(10);
    for (let asked = 0; asked < 3; asked += 1) await refused();
    expect(index.size).toMatchObject({ blocks: 6, transactions: 6 });
    for (let mined = 0; mined < 3; mined += 1) {
      node.mine();
      await refused();
    }
    expect(index.size).toMatchObject({ blocks: 6, transactions: 6 });
  });

  it("takes one waiting transaction too many, and none when it has a block too many", async () => {
    node.pay(3);
    for (let asked = 0; asked < 3; asked += 1) await refused();
    expect(index.size).toMatchObject({ blocks: 4, transactions: 6 });
    node.mine();
    await refused();
    expect(index.size).toMatchObject({ blocks: 5, transactions: 8, unconfirmed: 0 });
    node.pay(1);
    await refused();
    expect(index.size).toMatchObject({ blocks: 5, transactions: 8, unconfirmed: 0 });
  });

  it("answers again when they have left the mempool", async () => {
    node.pay(3);
    await refused();
    node.mempool = [];
    await index.refresh();
    expect(index.mempool.size).toBe(0);
  });

  it("answers again when they have left the mempool, and a block has come", async () => {
    node.pay(3);
    await refused();
    node.mempool = [];
    node.mine();
    await index.refresh();
    expect(index.tip.height).toBe(4);
    expect(index.mempool.size).toBe(0);
  });
});
