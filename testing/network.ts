/** A network for one test: real nodes with a known history, until the end of the scope. */
import type Docker from "dockerode";

import { changeMembers, type NodeAction } from "../bootstrap/verbs/node-state.ts";
import type { FreshBlock } from "../bootstrap/verbs/fresh-block.ts";
import { Network } from "../bootstrap/verbs/network.ts";
import { onRunningNodes } from "../bootstrap/nodes/on-nodes.ts";
import { OpenNetwork } from "../bootstrap/open-network.ts";
import type { Node } from "../bootstrap/nodes/node.ts";
import type { NetworkMembers } from "../bootstrap/services/members.ts";
import type { NetworkService } from "../bootstrap/services/network-service.ts";
import type { StoredSnapshot } from "../bootstrap/snapshots/find.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest-schema.ts";
import { resetNetwork } from "../bootstrap/snapshots/reset/reset.ts";
import { noStack, type TakeOptions } from "../bootstrap/snapshots/take/take-named.ts";
import type { TemporaryNetwork } from "../bootstrap/nodes/temporary-network.ts";
import { stackLabels } from "../engine/labels.ts";
import { ownedLabels } from "../engine/clean-up/owner.ts";
import type { Explorer, ExplorerPorts } from "../explorer/explorer.ts";
import type { IndexLimits } from "../explorer/index/limits.ts";

/**
 * What {@link TestNetwork} is made of.
 * @internal
 */
export interface Parts {
  readonly docker: Docker;
  readonly snapshot: StoredSnapshot;
  readonly temporary: TemporaryNetwork;
  /** Its nodes and services. */
  readonly members: NetworkMembers;
  readonly services: Readonly<Record<string, NetworkService>>;
  /** Open until the network is disposed of. */
  readonly open: { readonly nodes: readonly Node[] } & AsyncDisposable;
  /** The block at the present time on top; undefined: none was asked for. */
  readonly fresh: FreshBlock | undefined;
  readonly signal: AbortSignal;
}

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
  #fresh: FreshBlock | undefined;

  /** @internal */
  constructor(parts: Parts) {
    const { temporary, open, snapshot } = parts;
    const { docker, signal } = parts;
    const context = { signal, status: () => undefined };
    super(open.nodes, parts.services, (work) =>
      onRunningNodes(docker, temporary.inputs, context, work),
    );
    this.id = temporary.id;
    this.manifest = snapshot.manifest;
    this.#parts = parts;
    this.#fresh = parts.fresh;
  }

  /** The block that the option `freshBlock` put on top of the snapshot; undefined without the option. */
  get freshBlock(): FreshBlock | undefined {
    return this.#fresh;
  }

  /** Puts chain, wallets, mempools and services back to the snapshot. Addresses, ports and credentials stay. */
  async reset(): Promise<void> {
    const { docker, snapshot, members, signal } = this.#parts;
    const { fresh } = await resetNetwork(docker, members, snapshot, {
      addresses: {},
      freshBlock: this.#fresh !== undefined,
      labels: { ...stackLabels(this.id, this.id, "temporary"), ...ownedLabels() },
      signal,
      status: () => undefined,
    });
    this.#fresh = fresh;
  }

  /**
   * Takes a snapshot of what the network is now, by a name of its own, for other tests (option `snapshot`), stacks
   * (`up --from`) and machines. The nodes are stopped for it, started again and verified. It outlives the network.
   * Returns what is true of it.
   * @throws Error, before a node is stopped, when the name is none, or another snapshot has it and `force` is not set
   */
  async snapshot(name: string, options: TakeOptions = {}): Promise<Manifest> {
    return await this.#openNetwork().take(name, options);
  }

  /**
   * Starts an Esplora and an Electrum server in this process, for wallets under test, and the page. It follows every change of the
   * network, resets too, and goes with the network or with its own scope: `await using explorer = await
   * network.explorer()`. An answer is never behind the node: what was mined or sent before the request is in it.
   */
  async explorer(options: NetworkExplorerOptions<Name> = {}): Promise<Explorer> {
    if (this.#explorers.disposed) throw new Error(`the connections of ${this.id} are closed`);
    const { node = this.nodes[0]?.name as Name, ports, limits, faucet, mine } = options;
    const [{ openExplorer }, { networkPage }, { cloneDeclaration }] = await Promise.all([
      import("../explorer/explorer.ts"),
      import("../explorer/page/network-actions.ts"),
      import("./clone-declaration.ts"),
    ]);
    const open = this.#openNetwork();
    const explorer = await openExplorer({
      page: networkPage(open, {
        node,
        declared: () => cloneDeclaration(open.parts),
        afterReset: ({ fresh }) => {
          this.#fresh = fresh;
        },
      }),
      ...{ node: this.node(node).rpc, ports, limits, signal: this.#parts.signal },
      faucet: faucet === true ? (to, amount) => this.fund(to, amount) : undefined,
      mine: mine === true ? () => this.mine().then(() => undefined) : undefined,
    });
    return this.#explorers.use(explorer);
  }

  /** As the commands have it. */
  #openNetwork(): OpenNetwork {
    const { docker, snapshot, members, signal } = this.#parts;
    return new OpenNetwork({
      ...{ docker, id: this.id, title: `clone ${this.id}`, names: { clone: this.id } },
      ...{ stack: noStack, funded: snapshot.manifest.funded },
      ...{ inputs: members, network: this.id, addresses: {} },
      snapshotImage: Object.values(snapshot.images)[0]?.id ?? "",
      freshBlock: this.#fresh !== undefined,
      labels: { ...stackLabels(this.id, this.id, "temporary"), ...ownedLabels() },
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
    const { docker, members, signal } = this.#parts;
    const context = { signal, status: () => undefined };
    await changeMembers(docker, members, action, names, context);
  }

  /** Closes the connections and the explorers. The network keeps running. */
  async close(): Promise<void> {
    await this.#explorers.disposeAsync();
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
}
