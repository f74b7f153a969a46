/** What changes, told to everybody who listens: one look at the node and at the network serves all. */
import { messageOf } from "../../base/message.ts";
import { unlessAborted } from "../../base/wait.ts";
import type { ChainIndex, IndexChange } from "../index/chain-index.ts";
import { chainView } from "./chain-view.ts";
import { lineStream } from "./line-stream.ts";
import { Listener, mostNamed } from "./listener.ts";
import { NetworkWatch } from "./network-watch.ts";
import type { PageNetwork } from "./page-network.ts";

/** Milliseconds from one event of the chain to the next, while blocks come by the hundred. */
const chainEveryMs = 100;
/** Milliseconds in which the node must have answered. */
const answerMs = 3_000;
const aliveEveryMs = 15_000;

export class PageEvents implements Disposable {
  readonly #index: ChainIndex;
  /** In sentences. */
  readonly #node: string;
  readonly #watch: NetworkWatch | undefined;
  readonly #listeners = new Set<Listener>();
  readonly #disconnected = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #end = new AbortController();
  readonly #problems: { chain?: string | undefined; network?: string | undefined } = {};
  #following: DisposableStack | undefined;
  #mempool: readonly string[] = [];
  #chain: string | undefined;
  #network: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastTold = -Infinity;
  #lastAsked = 0;

  /** @param network Left out: the chain is all that there is to tell. */
  constructor(index: ChainIndex, network: PageNetwork | undefined) {
    this.#index = index;
    this.#node = network?.node ?? "the node";
    if (network === undefined) return;
    const watcher = {
      changed: () => {
        this.#network = undefined;
        for (const listener of this.#listeners) listener.network();
      },
      looked: (problem: string | undefined) => {
        this.#note("network", problem, (listener) => {
          listener.network();
        });
      },
    };
    this.#watch = new NetworkWatch(network, watcher, this.#end.signal);
  }

  /** Lines of JSON, until the reader goes away. @param seesNetwork whether it showed the token */
  open(seesNetwork: boolean): ReadableStream<Uint8Array> {
    const listener = new Listener(this.#told, seesNetwork);
    let opened = false;
    return lineStream(
      async () => {
        if (!opened) await this.#join(listener);
        opened = true;
        return await listener.next();
      },
      () => {
        this.#leave(listener);
      },
    );
  }

  /** Something was done with the network. */
  lookNow(): void {
    if (this.#following !== undefined) this.#watch?.lookNow();
  }

  [Symbol.dispose](): void {
    this.#end.abort();
    for (const listener of this.#listeners) this.#leave(listener);
  }

  /** What is told first is not of the time when somebody last listened. */
  async #join(listener: Listener): Promise<void> {
    this.#listeners.add(listener);
    if (this.#following === undefined) this.#follow();
    await unlessAborted(this.#index.refresh(), AbortSignal.timeout(answerMs)).catch(ignore);
    if (this.#end.signal.aborted || !this.#listeners.has(listener)) {
      this.#leave(listener);
      return;
    }
    listener.chain();
    if (listener.seesNetwork) {
      if (this.#watch?.view !== undefined) listener.network();
      this.#watch?.start();
    }
    listener.problem(this.#problemFor(listener));
  }

  #leave(listener: Listener): void {
    listener.end();
    this.#listeners.delete(listener);
    if (![...this.#listeners].some(({ seesNetwork }) => seesNetwork)) {
      this.#watch?.stop();
      this.#problems.network = undefined;
    }
    if (this.#listeners.size > 0) return;
    this.#following?.dispose();
    this.#following = undefined;
  }

  readonly #told = {
    chain: (): string => (this.#chain ??= JSON.stringify(chainView(this.#index))),
    stillGone: (txid: string): boolean => !this.#index.mempool.has(txid),
    stillDisconnected: (hash: string): boolean => this.#index.block(hash)?.inBestChain !== true,
    network: (): string | undefined => {
      const network = this.#watch?.view;
      if (network === undefined) return undefined;
      return (this.#network ??= JSON.stringify({ type: "network", network }));
    },
  };

  #follow(): void {
    const following = new DisposableStack();
    this.#following = following;
    this.#mempool = [...this.#index.mempool.keys()];
    this.#chain = undefined;
    this.#lastAsked = performance.now();
    delete this.#problems.chain;
    following.use(
      this.#index.follow(
        (change) => {
          this.#changed(change);
        },
        (error) => {
          this.#lastAsked = performance.now();
          this.#noteChain(error === undefined ? undefined : messageOf(error));
        },
      ),
    );
    const alive = setInterval(() => {
      for (const listener of this.#listeners) listener.alive();
    }, aliveEveryMs);
    const late = setInterval(() => {
      const silent = performance.now() - this.#lastAsked;
      if (silent > answerMs)
        this.#noteChain(`${this.#node} has not answered for ${answerMs / 1_000} s`);
    }, answerMs / 6);
    following.defer(() => {
      clearInterval(alive);
      clearInterval(late);
      clearTimeout(this.#timer);
      this.#timer = undefined;
    });
  }

  #changed({ connected, disconnected }: IndexChange): void {
    this.#chain = undefined;
    // A long chain takes longer to read than the node may take to answer.
    this.#lastAsked = performance.now();
    for (const { hash } of disconnected) addTo(this.#disconnected, hash);
    for (const { transactions } of connected) {
      for (const { txid } of transactions.slice(1)) addTo(this.#gone, txid);
    }
    const wait = this.#lastTold + chainEveryMs - performance.now();
    this.#timer ??= setTimeout(
      () => {
        this.#tellChain();
      },
      Math.max(0, wait),
    );
  }

  #tellChain(): void {
    this.#timer = undefined;
    this.#lastTold = performance.now();
    const { mempool } = this.#index;
    for (const txid of this.#mempool) if (!mempool.has(txid)) addTo(this.#gone, txid);
    this.#mempool = [...mempool.keys()];
    for (const listener of this.#listeners) listener.chain(this.#disconnected, this.#gone);
    this.#disconnected.clear();
    this.#gone.clear();
    this.#watch?.lookNow();
  }

  #problemFor({ seesNetwork }: Listener): string | undefined {
    const { chain, network } = this.#problems;
    return chain ?? (seesNetwork ? network : undefined);
  }

  #noteChain(problem: string | undefined): void {
    this.#note("chain", problem, (listener) => {
      listener.chain();
    });
  }

  /** @param again tells what is there again */
  #note(
    of: "chain" | "network",
    problem: string | undefined,
    again: (listener: Listener) => void,
  ): void {
    const before = this.#problems[of];
    if (problem === before) return;
    this.#problems[of] = problem;
    for (const listener of this.#listeners) {
      if (of === "network" && !listener.seesNetwork) continue;
      listener.problem(this.#problemFor(listener));
      if (problem === undefined) again(listener);
    }
  }
}

/** The node is away: what it had last is told, and that. */
function ignore(): void {
  // Whoever follows the index is told.
}

function addTo(some: Set<string>, one: string): void {
  if (some.size < mostNamed) some.add(one);
}
