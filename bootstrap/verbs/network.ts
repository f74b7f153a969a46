/** A network as a test or a scenario works on it: its nodes by name, and what is done with all of them. */
import { btcToSat, formatBtc, parseBtc } from "../payments/amount.ts";
import { miningAddress } from "../chain/mining-address.ts";
import { blocksText, mine, syncToHighest } from "../chain/mining.ts";
import { minerOf, type Run, step } from "../nodes/run.ts";
import { pay } from "../payments/funding.ts";
import type { Node } from "../nodes/node.ts";
import { awaitPayment, settleMempools, syncMempools } from "./sync-mempools.ts";
import { mineForAll } from "./mine.ts";
import { type NetworkNode, networkNode } from "./network-node.ts";
import { withinReach } from "./within-reach.ts";
import { type Reorg, type ReplacedTransactions, reorganize } from "./reorg.ts";
import { NetworkTime, requireSeconds, type Span } from "./time.ts";

export interface MineOptions {
  /** Address that the coinbases go to. Default: the miner's own. */
  readonly to?: string;
  /**
   * Time between two blocks, in seconds or as a duration such as `10m`: the clocks are moved on by it
   * before each, and stand still at the last one's time. Default: the clocks are left alone.
   */
  readonly spacing?: Span;
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

/** Runs one operation on the nodes, wherever they are since their last start. */
export type Runner = <T>(work: (run: Run) => Promise<T>) => Promise<T>;

export class Network {
  /** All of them, in the order of their declaration. */
  readonly nodes: readonly NetworkNode[];
  /** What its clocks show, and moving them. */
  readonly time: NetworkTime;
  readonly #run: Runner;

  /** @internal */
  constructor(nodes: readonly Node[], run: Runner) {
    this.nodes = nodes.map(networkNode);
    this.time = new NetworkTime((name, work) => this.#step(name, work));
    this.#run = run;
  }

  /** @throws Error when the network has no such node */
  node(name: string): NetworkNode {
    const node = this.nodes.find((node) => node.name === name);
    if (node === undefined) {
      throw new Error(
        `the network has no node ${name}; it has ${this.nodes.map(({ name }) => name).join(", ")}`,
      );
    }
    return node;
  }

  /** The node that is paid in the default network. */
  get alice(): NetworkNode {
    return this.node("alice");
  }

  get miner(): NetworkNode {
    return this.node("miner");
  }

  /**
   * Mines blocks, with the payments that any node has sent, and ends when all nodes have them: all that the
   * miner is connected to. Returns their hashes.
   */
  async mine(blocks = 1, { to, spacing }: MineOptions = {}): Promise<string[]> {
    const seconds = spacing === undefined ? undefined : requireSeconds(spacing);
    return await this.#step(`mine ${blocksText(blocks)}`, async (run) => {
      const address = to ?? (await miningAddress(run));
      const { hashes } = await mineForAll(run, blocks, address, { spacing: seconds });
      return [...hashes];
    });
  }

  /**
   * Pays from the miner's wallet, its oldest coins first, and ends when all nodes that the miner is connected
   * to know of it. On the same chain it is the same payment each time. Returns its txid. Without confirmations
   * some 25 payments for each mature coin go into one block, then it takes {@link mine}.
   * @param amount In BTC, with at most 8 places.
   */
  async fund(
    address: string,
    amount: number | string,
    { confirmations = 1 }: FundOptions = {},
  ): Promise<string> {
    const sat = typeof amount === "number" ? btcToSat(amount) : parseBtc(amount);
    return await this.#step(`pay ${formatBtc(sat)} BTC to ${address}`, async (run) => {
      const near = await withinReach(run);
      const { txid } = await pay(minerOf(near), address, sat);
      await awaitPayment(near, txid);
      if (confirmations > 0) {
        await settleMempools(near);
        await mine(near, confirmations, await miningAddress(near));
      }
      return txid;
    });
  }

  /**
   * Replaces the last `depth` blocks by one more, and ends when all nodes that the miner is connected to have
   * changed over.
   * @param depth From 1 to the height of the chain.
   */
  async reorg(depth: number, { transactions = "mempool" }: ReorgOptions = {}): Promise<Reorg> {
    return await this.#step(`replace ${blocksText(depth)}`, async (run) =>
      reorganize(await withinReach(run), depth, transactions),
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
    const logs = this.nodes.map(async (node) => [node.name, await node.log(lines)] as const);
    return Object.fromEntries(await Promise.all(logs));
  }

  async #step<T>(name: string, work: (run: Run) => Promise<T>): Promise<T> {
    return await this.#run((run) => step(run, name, () => work(run)));
  }
}
