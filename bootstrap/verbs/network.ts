/** A network as a test or a scenario works on it: its nodes by name, and what is done with all of them. */
import { blocksText } from "../chain/mining.ts";
import { type Run, step, unknownNode } from "../nodes/run.ts";
import type { Node } from "../nodes/node.ts";
import { balances } from "./balance.ts";
import { type FundOptions, fundAddress, readAmount } from "./fund.ts";
import { formatBtc } from "../payments/amount.ts";
import { mineForAll, type MineOptions } from "./mine.ts";
import { type AddressOptions, newAddress } from "./new-address.ts";
import { waitForTransaction, type WaitOptions } from "./wait-for-transaction.ts";
import type { NetworkService } from "../services/network-service.ts";
import { type NetworkNode, networkNode } from "./network-node.ts";
import { type Reorg, type ReorgOptions, replaceBlocks } from "./reorg.ts";
import { connect, disconnect, join, partition } from "./partition.ts";
import { syncNodes } from "./sync.ts";
import { NetworkTime } from "./time.ts";
import { makeTraffic, type Traffic, type TrafficOptions } from "./traffic.ts";

/** Runs one operation on the nodes, wherever they are since their last start. */
export type Runner = <T>(work: (run: Run) => Promise<T>) => Promise<T>;

/** @typeParam Name The nodes' names, where they are known. */
export class Network<Name extends string = string> {
  /** All of them, in the order of their declaration. */
  readonly nodes: readonly NetworkNode[];
  /** Those that are declared, by their names. */
  readonly services: Readonly<Record<string, NetworkService>>;
  /** What its clocks show, and moving them. */
  readonly time: NetworkTime;
  readonly #run: Runner;

  /** @internal */
  constructor(
    nodes: readonly Node[],
    services: Readonly<Record<string, NetworkService>>,
    run: Runner,
  ) {
    this.services = services;
    this.nodes = nodes.map(networkNode);
    this.time = new NetworkTime((name, work) => this.#step(name, work));
    this.#run = run;
  }

  /** @throws Error when the network has no such node */
  node(name: Name): NetworkNode {
    const node = this.nodes.find((node) => node.name === name);
    if (node === undefined) throw new Error(unknownNode(name, this.nodes));
    return node;
  }

  /** @throws Error when the network has no such service */
  service(name: string): NetworkService {
    const service = this.services[name];
    if (service !== undefined) return service;
    const names = Object.keys(this.services).join(", ") || "none";
    throw new Error(`the network has no service ${name}; it has ${names}`);
  }

  /** The node that is paid in the default network. */
  get alice(): NetworkNode {
    return this.node("alice" as Name);
  }

  get miner(): NetworkNode {
    return this.node("miner" as Name);
  }

  /**
   * Mines blocks, with the payments that any node has sent, and ends when all nodes have them: all that the
   * miner is connected to. Returns their hashes.
   */
  async mine(blocks = 1, options: MineOptions = {}): Promise<string[]> {
    return await this.#step(`mine ${blocksText(blocks)}`, async (run) => {
      return [...(await mineForAll(run, blocks, options)).hashes];
    });
  }

  /**
   * Pays from the miner's wallet, its oldest coins first, and ends when all nodes that the miner is connected
   * to know of it. On the same chain it is the same payment each time. Returns its txid. Without confirmations
   * some 25 payments for each mature coin go into one block, then it takes {@link mine}.
   * @param address Or the label of one, in any node's wallet.
   * @param amount In BTC, with at most 8 places.
   */
  async fund(address: string, amount: number | string, options: FundOptions = {}): Promise<string> {
    const sat = readAmount(amount);
    return await this.#step(`pay ${formatBtc(sat)} BTC to ${address}`, async (run) => {
      const { txids } = await fundAddress(run, address, sat, options);
      return txids[0] ?? "";
    });
  }

  /** The same, `count` times, each a transaction of its own. Returns their txids. */
  async fundMany(
    address: string,
    amount: number | string,
    count: number,
    options: FundOptions = {},
  ): Promise<string[]> {
    const sat = readAmount(amount);
    const title = `pay ${formatBtc(sat)} BTC to ${address}, ${count} times`;
    return await this.#step(title, async (run) => {
      return [...(await fundAddress(run, address, sat, options, count)).txids];
    });
  }

  /**
   * Replaces the last `depth` blocks by one more, and ends when all nodes that the miner is connected to have
   * changed over.
   * @param depth From 1 to the height of the chain.
   */
  async reorg(depth: number, options: ReorgOptions = {}): Promise<Reorg> {
    return await this.#step(`replace ${blocksText(depth)}`, (run) =>
      replaceBlocks(run, depth, options),
    );
  }

  /** Waits until all nodes have the same tip and the same mempool. Returns the height. */
  async sync(): Promise<number> {
    return await this.#step("bring the nodes to one state", syncNodes);
  }

  /**
   * Cuts every connection between nodes of different groups, `[["alice"], ["miner", "bob"]]`, until {@link join} or a
   * reset, also over a stop and a start, and of nodes that are stopped now. Nodes that no group names are together one
   * more group. Not while a node is paused.
   */
  async partition(groups: readonly (readonly Name[])[]): Promise<void> {
    await this.#step("part the nodes", (run) => partition(run, groups));
  }

  /** Restores the declared connections, whatever cut them; those of a stopped node come back when it starts. Not while a node is paused. */
  async join(): Promise<void> {
    await this.#step("connect the nodes", join);
  }

  /** Cuts the connection of two nodes, so that they do not connect again by themselves. */
  async disconnect(a: Name, b: Name): Promise<void> {
    await this.#step(`cut ${a} off from ${b}`, (run) => disconnect(run, a, b));
  }

  /** Connects two nodes, declared or not. */
  async connect(a: Name, b: Name): Promise<void> {
    await this.#step(`connect ${a} with ${b}`, (run) => connect(run, a, b));
  }

  /** Mines blocks with payments at fee rates from 1 to 50 sat/vB, from which nodes estimate fees. */
  async traffic(options: TrafficOptions = {}): Promise<Traffic> {
    return await this.#step("make traffic", (run) => makeTraffic(run, options));
  }

  /** What the node's own wallet can spend, in BTC with 8 places, such as `30.00000000`. */
  async balance(node: Name): Promise<string> {
    return await this.#step(`read the balance of ${node}`, async (run) => {
      const wallets = (await balances(run, node))[node] ?? [];
      const own = wallets.find(({ name }) => name === node);
      if (own === undefined) throw new Error(`${node}: its wallet ${node} is not loaded`);
      return own.spendable;
    });
  }

  /** A new address in the node's own wallet. */
  async newAddress(node: Name, options: AddressOptions = {}): Promise<string> {
    return await this.#step(`make an address of ${node}`, (run) => newAddress(run, node, options));
  }

  /**
   * Waits until all nodes, or the one that is named, have the transaction, in the mempool or as deep in the
   * chain as `confirmations` says. Nothing is mined for it. Returns the fewest confirmations it has on one.
   */
  async waitForTransaction(txid: string, options: WaitOptions = {}): Promise<number> {
    return await this.#step(`wait for ${txid}`, (run) => waitForTransaction(run, txid, options));
  }

  /** Name of the node or service → the last lines that it wrote. Default: 1,000 lines each. */
  async logs(lines?: number): Promise<Record<string, string>> {
    const logs = [
      ...this.nodes.map(async (node) => [node.name, await node.log(lines)] as const),
      ...Object.values(this.services).map(
        async (service) => [service.name, await service.logs(lines)] as const,
      ),
    ];
    return Object.fromEntries(await Promise.all(logs));
  }

  async #step<T>(name: string, work: (run: Run) => Promise<T>): Promise<T> {
    return await this.#run((run) => step(run, name, () => work(run)));
  }
}
