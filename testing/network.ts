/** A network of one's own: real nodes with a known history, until the end of the scope. */
import type Docker from "dockerode";

import { btcToSat, formatBtc, parseBtc } from "../bootstrap/amount.ts";
import { miningAddress } from "../bootstrap/bootstrap.ts";
import { mine, minerOf, syncToHighest } from "../bootstrap/chain.ts";
import { fundingFeeRate } from "../bootstrap/funding-fee.ts";
import type { Node } from "../bootstrap/node.ts";
import { type Run, step } from "../bootstrap/run.ts";
import type { StoredSnapshot } from "../bootstrap/snapshots/find.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest.ts";
import { resetNetwork } from "../bootstrap/snapshots/reset.ts";
import type { TemporaryNetwork } from "../bootstrap/temporary-network.ts";
import { stackLabels } from "../engine/labels.ts";
import { ownedLabels } from "../engine/owner.ts";
import { syncMempools } from "./mempool.ts";
import { type TestNode, testNode } from "./node.ts";
import { type Reorg, type ReplacedTransactions, reorganize } from "./reorg.ts";

export interface MineOptions {
  /** Address that the coinbases go to. Default: the miner's own. */
  readonly to?: string;
}

export interface FundOptions {
  /** Blocks mined on top of the payment; 0 leaves it in the mempools. Default: 1. */
  readonly confirmations?: number;
}

export interface ReorgOptions {
  /**
   * What becomes of the transactions in the replaced blocks: they are back in the mempools, or
   * mined again in the first of the new blocks. Default: `mempool`.
   */
  readonly transactions?: ReplacedTransactions;
}

/** What {@link TestNetwork} is made of. */
export interface Parts {
  readonly docker: Docker;
  readonly snapshot: StoredSnapshot;
  readonly temporary: TemporaryNetwork;
  /** Open until the network is disposed of. */
  readonly open: { readonly nodes: readonly Node[] } & AsyncDisposable;
  readonly signal: AbortSignal;
}

export class TestNetwork implements AsyncDisposable {
  /** Random; in the labels of all that it has on the engine. */
  readonly id: string;
  /** Node's name → the node. */
  readonly nodes: Readonly<Record<string, TestNode>>;
  /** What was true of it at its start: height, tip, balances, who was paid, and what it was made by. */
  readonly manifest: Manifest;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    const { temporary, open, snapshot } = parts;
    const { rpcUser, rpcPassword } = temporary.inputs;
    this.id = temporary.id;
    this.manifest = snapshot.manifest;
    this.nodes = Object.fromEntries(
      open.nodes.map((node) => [node.name, testNode(node, rpcUser, rpcPassword)]),
    );
    this.#parts = parts;
  }

  /** @throws Error when the snapshot has no such node */
  node(name: string): TestNode {
    const node = this.nodes[name];
    if (node === undefined) {
      throw new Error(
        `the network has no node ${name}; it has ${Object.keys(this.nodes).join(", ")}`,
      );
    }
    return node;
  }

  /** The node that was paid, in every snapshot of the default network. */
  get alice(): TestNode {
    return this.node("alice");
  }

  get miner(): TestNode {
    return this.node("miner");
  }

  /** Mines blocks, and ends when all nodes have them. Returns their hashes. */
  async mine(blocks = 1, { to }: MineOptions = {}): Promise<string[]> {
    return await this.#step(`mine ${blocks} blocks`, async (run) => {
      return await mine(run, blocks, to ?? (await miningAddress(run)));
    });
  }

  /**
   * Pays from the miner's wallet, and ends when all nodes know of it. Returns the payment's txid.
   * @param amount In BTC, with at most 8 places.
   */
  async fund(
    address: string,
    amount: number | string,
    { confirmations = 1 }: FundOptions = {},
  ): Promise<string> {
    const sat = typeof amount === "number" ? btcToSat(amount) : parseBtc(amount);
    return await this.#step(`pay ${formatBtc(sat)} BTC to ${address}`, async (run) => {
      const miner = minerOf(run);
      const txid = await miner.wallet.call("sendtoaddress", {
        address,
        amount: formatBtc(sat),
        fee_rate: fundingFeeRate.toString(),
      });
      await syncMempools(run);
      if (confirmations > 0) await mine(run, confirmations, await miningAddress(run));
      return txid;
    });
  }

  /**
   * Replaces the last `depth` blocks by one more, and ends when all nodes have changed over.
   * @param depth From 1 to the height of the chain.
   */
  async reorg(depth: number, { transactions = "mempool" }: ReorgOptions = {}): Promise<Reorg> {
    return await this.#step(`replace ${depth} blocks`, (run) =>
      reorganize(run, depth, transactions),
    );
  }

  /** Waits until all nodes have the same tip and the same mempool. Returns the height. */
  async sync(): Promise<number> {
    return await this.#step("bring the nodes to one state", async (run) => {
      const height = await syncToHighest(run);
      await syncMempools(run);
      return height;
    });
  }

  /** Node's name → the last lines that its bitcoind wrote. Default: 1,000 lines each. */
  async logs(lines?: number): Promise<Record<string, string>> {
    const logs = Object.values(this.nodes).map(
      async (node) => [node.name, await node.log(lines)] as const,
    );
    return Object.fromEntries(await Promise.all(logs));
  }

  /** Puts chain, wallets and mempools back to the snapshot. Addresses, ports and credentials stay. */
  async reset(): Promise<void> {
    const { docker, snapshot, temporary, signal } = this.#parts;
    await resetNetwork(docker, temporary.inputs, snapshot, {
      addresses: {},
      labels: { ...stackLabels(this.id, this.id, "temporary"), ...ownedLabels() },
      signal,
      status: () => undefined,
    });
  }

  /** Closes the connections. The network goes on. */
  async close(): Promise<void> {
    await this.#parts.open[Symbol.asyncDispose]();
  }

  /** Removes all that it has on the engine. */
  async dispose(): Promise<void> {
    await this.close();
    await this.#parts.temporary[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #step<T>(name: string, work: (run: Run) => Promise<T>): Promise<T> {
    return await this.#parts.temporary.run((run) => step(run, name, () => work(run)));
  }
}
