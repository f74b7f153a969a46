/** A network for one test: real nodes with a known history, until the end of the scope. */
import type Docker from "dockerode";

import { changeMembers, type NodeAction } from "../bootstrap/verbs/node-state.ts";
import type { FreshBlock } from "../bootstrap/verbs/fresh-block.ts";
import { Network } from "../bootstrap/verbs/network.ts";
import { onRunningNodes } from "../bootstrap/nodes/on-nodes.ts";
import { OpenNetwork } from "../bootstrap/open-network.ts";
import type { Node } from "../bootstrap/nodes/node.ts";
import type { ResetChannels } from "../bootstrap/containers/reset-channel.ts";
import type { NetworkMembers } from "../bootstrap/services/members.ts";
import type { NetworkService } from "../bootstrap/services/network-service.ts";
import type { StoredSnapshot } from "../bootstrap/snapshots/find.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest-schema.ts";
import { type ResetOptions, resetNetwork } from "../bootstrap/snapshots/reset/reset.ts";
import { noStack, type TakeOptions } from "../bootstrap/snapshots/take/take-named.ts";
import type { TemporaryNetwork } from "../bootstrap/nodes/temporary-network.ts";
import { joinSignals } from "../base/wait.ts";
import { cloneHelperLabels } from "../engine/clean-up/owner.ts";
import type { Explorer, ExplorerPorts } from "../explorer/explorer.ts";
import type { IndexLimits } from "../explorer/index/limits.ts";

/**
 * What {@link TestNetwork} is made of.
 * @internal
 */
export interface Parts {
  readonly docker: Docker;
  readonly snapshot: StoredSnapshot;
  readonly temporary: Pick<TemporaryNetwork, "id" | "inputs" | "life" | typeof Symbol.asyncDispose>;
  /** Its nodes and services. */
  readonly members: NetworkMembers;
  readonly services: Readonly<Record<string, NetworkService>>;
  /** Open until the network is disposed of. */
  readonly open: { readonly nodes: readonly Node[] } & AsyncDisposable;
  /** The block at the present time on top; undefined: none was asked for. */
  readonly fresh: FreshBlock | undefined;
  /** To the nodes' containers, for resets. */
  readonly channels: ResetChannels;
  readonly signal: AbortSignal;
}

/**
 * Takes a network back instead of having it removed. Nothing that its user began is under way by then.
 * @internal
 */
export type TakeBack = (parts: Parts) => Promise<void>;

export interface NetworkExplorerOptions<Name extends string = string> {
  /** The node whose chain and mempool are shown, and that gets what is broadcast. Default: the first. */
  readonly node?: Name | undefined;
  /** Default: free ones. */
  readonly ports?: ExplorerPorts | undefined;
  /** Whether `POST /faucet` pays from the miner's wallet, as Nigiri's does. Default: no. */
  readonly faucet?: boolean | undefined;
  /** Whether a block is mined after each transaction that was broadcast here, as Nigiri does. Default: no. */
  readonly mine?: boolean | undefined;
  /** How much of a chain is held in memory. */
  readonly limits?: IndexLimits | undefined;
}

export class TestNetwork<Name extends string = string>
  extends Network<Name>
  implements AsyncDisposable
{
  /** Random; in the labels of all that it has on the engine, and the name of its Docker network. */
  readonly id: string;
  /** What was true of it at its start: height, tip, balances, who was paid, and what it was made by. */
  readonly manifest: Manifest;
  readonly #parts: Parts;
  /** What closes with the connections. */
  readonly #explorers = new AsyncDisposableStack();
  readonly #use: Use;
  #fresh: FreshBlock | undefined;
  #resetting: Promise<unknown> = Promise.resolve();
  #takeBack: TakeBack | undefined;
  #disposed: Promise<void> | undefined;

  /** @internal */
  constructor(parts: Parts) {
    const { temporary, open, snapshot } = parts;
    const { docker } = parts;
    const inUse = new Use(temporary.id, parts.signal);
    super(open.nodes, parts.services, (work) =>
      inUse.during((signal) =>
        onRunningNodes(docker, temporary.inputs, { signal, status: () => undefined }, work),
      ),
    );
    this.#use = inUse;
    this.id = temporary.id;
    this.manifest = snapshot.manifest;
    this.#parts = parts;
    this.#fresh = parts.fresh;
  }

  /** The block that the option `freshBlock` put on top of the snapshot; undefined without the option. */
  get freshBlock(): FreshBlock | undefined {
    return this.#fresh;
  }

  /**
   * Puts chain, wallets, mempools and services back to the snapshot. Addresses, ports and credentials stay. One that is
   * asked for during another follows it.
   */
  async reset(): Promise<void> {
    const before = this.#resetting;
    const resetting = this.#use.during(async (signal) => {
      await Promise.allSettled([before]);
      return await resetParts({ ...this.#parts, signal });
    });
    this.#resetting = resetting;
    this.#fresh = await resetting;
  }

  /**
   * Takes a snapshot of what the network is now, by a name of its own, for other tests (option `snapshot`), stacks
   * (`up --from`) and machines. The nodes are stopped for it, started again and verified. It outlives the network.
   * Returns what is true of it.
   * @throws Error, before a node is stopped, when the name is none, or another snapshot has it and `force` is not set
   */
  async snapshot(name: string, options: TakeOptions = {}): Promise<Manifest> {
    return await this.#use.during((signal) => this.#openNetwork(signal).take(name, options));
  }

  /**
   * Starts an Esplora and an Electrum server in this process, for wallets under test, and the page. It follows every change of the
   * network, resets too, and goes with the network or with its own scope: `await using explorer = await
   * network.explorer()`. An answer is never behind the node: what was mined or sent before the request is in it.
   */
  async explorer(options: NetworkExplorerOptions<Name> = {}): Promise<Explorer> {
    if (this.#explorers.disposed) throw new Error(`the connections of ${this.id} are closed`);
    return await this.#use.during((signal) => this.#startExplorer(options, signal));
  }

  async #startExplorer(
    options: NetworkExplorerOptions<Name>,
    signal: AbortSignal,
  ): Promise<Explorer> {
    const { node = this.nodes[0]?.name as Name, ports, limits, faucet, mine } = options;
    const [{ openExplorer }, { networkPage }, { cloneDeclaration }] = await Promise.all([
      import("../explorer/explorer.ts"),
      import("../explorer/page/network-actions.ts"),
      import("./clone-declaration.ts"),
    ]);
    const open = this.#openNetwork(signal);
    const explorer = await openExplorer({
      page: networkPage(open, {
        node,
        declared: () => cloneDeclaration(open.parts),
        afterReset: ({ fresh }) => {
          this.#fresh = fresh;
        },
      }),
      ...{ node: this.node(node).rpc, ports, limits, signal },
      faucet: faucet === true ? (to, amount) => this.fund(to, amount) : undefined,
      mine: mine === true ? () => this.mine().then(() => undefined) : undefined,
    });
    return this.#explorers.use(explorer);
  }

  /** As the commands have it. */
  #openNetwork(signal: AbortSignal): OpenNetwork {
    const { docker, snapshot, members } = this.#parts;
    return new OpenNetwork({
      ...{ docker, id: this.id, title: `clone ${this.id}`, names: { clone: this.id } },
      ...{ stack: noStack, funded: snapshot.manifest.funded },
      ...{ inputs: members, network: this.id, addresses: {} },
      snapshotImage: Object.values(snapshot.images)[0]?.id ?? "",
      freshBlock: this.#fresh !== undefined,
      labels: cloneHelperLabels(this.id),
      context: { signal, status: () => undefined },
    });
  }

  /** Stops nodes and services in order. The others go on without them, and verbs leave them out. */
  async stop(...names: (Name | (string & {}))[]): Promise<void> {
    await this.#change("stop", names);
  }

  /** Starts nodes and services that were stopped, at the ports that they had, and connects the nodes. */
  async start(...names: (Name | (string & {}))[]): Promise<void> {
    await this.#change("start", names);
  }

  /** Stops nodes in order and starts them again. */
  async restart(...names: (Name | (string & {}))[]): Promise<void> {
    await this.#change("restart", names);
  }

  /** Freezes nodes: they answer nobody, and their connections stay open. */
  async pause(...names: (Name | (string & {}))[]): Promise<void> {
    await this.#change("pause", names);
  }

  async unpause(...names: (Name | (string & {}))[]): Promise<void> {
    await this.#change("unpause", names);
  }

  async #change(action: NodeAction, names: readonly string[]): Promise<void> {
    const { docker, members } = this.#parts;
    await this.#use.during((signal) =>
      changeMembers(docker, members, action, names, { signal, status: () => undefined }),
    );
  }

  /** Closes the connections and the explorers. The network keeps running. */
  async close(): Promise<void> {
    await this.#explorers.disposeAsync();
    await this.#parts.open[Symbol.asyncDispose]();
  }

  /** Removes all that it has on the engine, or gives it back to the pool that it is from. */
  async dispose(): Promise<void> {
    // Once: a pool may have given it to somebody else by the second time.
    await (this.#disposed ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    await this.#use.end();
    await this.#explorers.disposeAsync();
    if (this.#takeBack === undefined) await removeParts(this.#parts);
    else await this.#takeBack(this.#parts);
  }

  /**
   * What {@link dispose} does from now on, instead of removing it.
   * @internal
   */
  giveBackTo(takeBack: TakeBack): void {
    this.#takeBack = takeBack;
  }

  /** @internal */
  get parts(): Parts {
    return this.#parts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/**
 * Puts it back to its snapshot.
 * @internal
 */
export async function resetParts(
  { docker, snapshot, temporary: { id }, members, fresh, channels, signal }: Parts,
  options: Pick<ResetOptions, "noOutsiders"> = {},
): Promise<FreshBlock | undefined> {
  const reset = await resetNetwork(docker, members, snapshot, {
    ...options,
    addresses: {},
    channels,
    freshBlock: fresh !== undefined,
    labels: cloneHelperLabels(id),
    signal,
    status: () => undefined,
  });
  return reset.fresh;
}

/**
 * Removes all that it has on the engine.
 * @internal
 */
export async function removeParts({ open, channels, temporary }: Parts): Promise<void> {
  await open[Symbol.asyncDispose]();
  channels[Symbol.dispose]();
  await temporary[Symbol.asyncDispose]();
}

/** What a user of a network has under way. It ends with the use: the network may be another's after that. */
class Use {
  readonly #id: string;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(id: string, signal: AbortSignal) {
    this.#id = id;
    this.#signal = joinSignals(signal, this.#ended.signal);
  }

  /** @throws what says that the use has ended */
  async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#ended.signal.throwIfAborted();
    const done = work(this.#signal);
    this.#underWay.add(done);
    try {
      return await done;
    } finally {
      this.#underWay.delete(done);
    }
  }

  async end(): Promise<void> {
    this.#ended.abort(new Error(`the network ${this.#id} was disposed of`));
    await Promise.allSettled(this.#underWay);
  }
}
