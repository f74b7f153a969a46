/** The chain and mempool of one node in memory, kept up with the node. */
import { setTimeout as sleep } from "node:timers/promises";

import { joinSignals } from "../../base/wait.ts";
import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import { ChainState, MisfitError } from "./chain-state.ts";
import { exceeded, type IndexLimits, refuseMoreThan } from "./limits.ts";
import { addEntries } from "./mempool-entries.ts";
import { type MempoolEntry, NodeReader } from "./node-reader.ts";
import { decodeHeader } from "./raw-block.ts";
import type { IndexedBlock, IndexedOutput, IndexedTransaction, ScriptHistory } from "./records.ts";
import type { Size } from "./size.ts";

export interface IndexOptions {
  readonly limits?: IndexLimits | undefined;
  /** Ends every call to the node. */
  readonly signal?: AbortSignal | undefined;
}

/** What has changed since the change before. */
export interface IndexChange {
  /** Lowest first. */
  readonly connected: readonly IndexedBlock[];
  /** Blocks that are no longer in the chain, by a reorganization or a reset, highest first. */
  readonly disconnected: readonly IndexedBlock[];
  /** SHA-256 of each script whose history changed, as hex. */
  readonly scripts: ReadonlySet<string>;
}

interface Listener {
  readonly changed: (change: IndexChange) => void;
  readonly asked: ((error: unknown) => void) | undefined;
}

/** Blocks that are read at once; those of a longer chain can be seen before the last ones are there. */
const windowSize = 200;
/** Blocks that are kept after they left the chain. */
const mostStale = 100;
/** Milliseconds between two looks at the node while somebody listens. */
const pollMs = 50;
/** How often the node may change while it is read, until that is taken for an error. */
const mostPasses = 100;

export class ChainIndex implements Disposable {
  readonly #reader: NodeReader;
  readonly #limits: IndexLimits;
  readonly #end = new AbortController();
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<Listener>();
  readonly #stale = new Map<string, IndexedBlock>();
  #state = new ChainState();
  /** The node's mempool as it was last seen whole. */
  #mempoolSeen: string | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #polling: Promise<void> | undefined;

  private constructor(rpc: RpcClient, { limits = {}, signal }: IndexOptions) {
    this.#limits = limits;
    this.#signal = joinSignals(this.#end.signal, signal);
    this.#reader = new NodeReader(rpc, this.#signal);
  }

  /**
   * Reads the node's whole chain and mempool.
   * @throws IndexLimitError when they are larger than `limits` allow
   */
  static async open(rpc: RpcClient, options: IndexOptions = {}): Promise<ChainIndex> {
    const index = new ChainIndex(rpc, options);
    await index.refresh();
    return index;
  }

  get tip(): IndexedBlock {
    const { tip } = this.#state;
    if (tip === undefined) throw new Error("the index is empty");
    return tip;
  }

  blockAt(height: number): IndexedBlock | undefined {
    return this.#state.blocks[height];
  }

  /** Also one that is no longer in the chain, of the last 100. */
  block(hash: string): IndexedBlock | undefined {
    return this.#state.block(hash) ?? this.#stale.get(hash);
  }

  /** In the chain or in the mempool. */
  transaction(txid: string): IndexedTransaction | undefined {
    return this.#state.transaction(txid);
  }

  output(txid: string, vout: number): IndexedOutput | undefined {
    return this.#state.transaction(txid)?.outputs[vout];
  }

  /** @param hash SHA-256 of the script as hex; Electrum has the bytes in reverse order */
  history(hash: string): ScriptHistory | undefined {
    return this.#state.scripts.get(hash);
  }

  /** All scripts that something was paid to. */
  get scripts(): Iterable<ScriptHistory> {
    return this.#state.scripts.values();
  }

  /** In the order in which they were seen. */
  get mempool(): ReadonlyMap<string, IndexedTransaction> {
    return this.#state.mempool;
  }

  /** The last ten that entered the mempool, the newest first, also those that are in a block by now. */
  get recent(): readonly IndexedTransaction[] {
    return this.#state.recent;
  }

  get size(): Readonly<Size> {
    return this.#state.size;
  }

  /**
   * Brings the index to the node's state, as it is now or later: what the node had when this was called can be
   * read here afterwards. Costs one small request when nothing has changed. Calls at the same time share one.
   * @throws IndexLimitError, RpcError; the next call tries again. An index beyond its limits takes nothing more
   */
  async refresh(): Promise<void> {
    // One under way may have asked the node before this call.
    this.#next ??= this.#after(this.#running);
    await this.#next;
  }

  /**
   * Calls `changed` after each change, from now on, at most 50 ms and the time of the calls after the node's. Keeps
   * the process alive until what it returns, or the index, is disposed of.
   * @param asked called each time that the node was asked: with undefined when it answered, or with the error
   */
  follow(changed: (change: IndexChange) => void, asked?: (error: unknown) => void): Disposable {
    const listener = { changed, asked };
    this.#listeners.add(listener);
    this.#polling ??= this.#poll();
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  [Symbol.dispose](): void {
    this.#listeners.clear();
    this.#end.abort(new Error("the index was closed"));
  }

  async #after(running: Promise<void> | undefined): Promise<void> {
    await running?.catch(() => undefined);
    this.#next = undefined;
    this.#running = this.#catchUp();
    await this.#running;
  }

  async #poll(): Promise<void> {
    while (this.#listeners.size > 0 && !this.#signal.aborted) {
      // A node that is away, as during a reset, is asked again; who reads meanwhile gets the error.
      const error = await this.refresh().then(
        () => undefined,
        (error: unknown) => error,
      );
      for (const { asked } of this.#listeners) asked?.(error);
      await sleep(pollMs, undefined, { signal: this.#signal }).catch(() => undefined);
    }
    this.#polling = undefined;
  }

  async #catchUp(): Promise<void> {
    for (let passes = 0; passes < mostPasses; passes++) {
      try {
        if (await this.#pass()) return;
      } catch (error) {
        if (!(error instanceof MisfitError)) throw error;
      }
    }
    throw new Error(`the node's chain changed ${mostPasses} times while it was read`);
  }

  /** Whether the index is what the node was at one moment. */
  async #pass(): Promise<boolean> {
    const reader = this.#reader;
    const { tip, mempool: mempoolSeen } = await reader.glance();
    const seen = this.#state.tip?.hash;
    if (tip === seen && mempoolSeen === this.#mempoolSeen) return true;
    this.#mempoolSeen = undefined;

    let { common, blocks } = { common: this.#state.blocks.length - 1, blocks: [] as Buffer[] };
    const last = tip === seen ? undefined : await reader.block(tip);
    if (last !== undefined && decodeHeader(last).previous === seen) {
      // Nearly always when it is followed.
      blocks = [last];
    } else if (last !== undefined) {
      const height = await reader.heightOf(tip);
      common = await reader.lastCommon(this.#state.blocks, height);
      const next = (): Promise<Buffer[]> =>
        reader.blocks(common + 1, Math.min(common + windowSize, height));
      blocks = await next();
      while (common + blocks.length < height) {
        const known = common;
        common += blocks.length;
        // While these are put in place, the node gets the next ones ready.
        const coming = next();
        coming.catch(() => undefined);
        this.#change(known, blocks);
        blocks = await coming;
      }
    }
    const { entries, ...mempool } = await reader.mempool((txid) => this.transaction(txid)?.bytes);
    if (mempool.tip !== tip) return false;
    const whole = this.#change(common, blocks, entries);
    if (whole && mempool.complete) this.#mempoolSeen = mempoolSeen;
    return true;
  }

  /**
   * Everything in it happens at once for those who read.
   * @param mempool Default: the rest of it is still to come.
   * @returns whether all of it is there
   */
  #change(common: number, blocks: readonly Buffer[], mempool?: readonly MempoolEntry[]): boolean {
    const state = this.#state;
    const refuseMore = (): void => {
      refuseMoreThan(this.#limits, state.size, state.blocks.length - 1);
    };
    const disconnected: IndexedBlock[] = [];
    while (state.blocks.length > common + 1) disconnected.push(state.disconnect());
    for (const block of disconnected) this.#stale.set(block.hash, block);
    const connected: IndexedBlock[] = [];
    try {
      for (const bytes of blocks) {
        // What waited here may have left the node.
        if (exceeded(this.#limits, state.size) !== undefined) state.clearMempool();
        refuseMore();
        const block = state.connect(bytes);
        this.#stale.delete(block.hash);
        connected.push(block);
      }
      const whole = mempool === undefined || addEntries(state, mempool, refuseMore);
      refuseMore();
      return whole;
    } finally {
      this.#forgetStale();
      this.#tell(connected, disconnected);
    }
  }

  #forgetStale(): void {
    for (const hash of this.#stale.keys()) {
      if (this.#stale.size <= mostStale) return;
      this.#stale.delete(hash);
    }
  }

  #tell(connected: readonly IndexedBlock[], disconnected: readonly IndexedBlock[]): void {
    const scripts = new Set<string>();
    if (this.#listeners.size > 0) for (const { hash } of this.#state.touched) scripts.add(hash);
    this.#state.touched.clear();
    if (connected.length + disconnected.length + scripts.size === 0) return;
    for (const { changed } of this.#listeners) changed({ connected, disconnected, scripts });
  }
}
