/** A network that is up, a stack or a clone: all that is done with it, for commands, tests and programs. */
import type Docker from "dockerode";

import { temporaryLock, withLock } from "../base/files/lock.ts";
import type { NetworkMembers } from "./services/members.ts";
import { type NodesContext, onRunningNodes } from "./nodes/on-nodes.ts";
import type { Run } from "./nodes/run.ts";
import { changeMembers, type NodeAction } from "./verbs/node-state.ts";
import type { Funded } from "./payments/funding.ts";
import { withoutAutoMining } from "./services/without-auto-mining.ts";
import type { StoredSnapshot } from "./snapshots/find.ts";
import type { Manifest } from "./snapshots/manifest-schema.ts";
import type { ResetResult } from "./snapshots/reset/reset.ts";
import type { TakeOptions } from "./snapshots/take/take-named.ts";

export interface OpenNetworkParts {
  readonly docker: Docker;
  /** Random; in the labels of all that it has on the engine. */
  readonly id: string;
  /** In sentences: `stack dev`, `clone temporary-…`. */
  readonly title: string;
  /** In the labels of snapshots that are taken of it. */
  readonly stack: string;
  /** For programs: `{ stack: "dev" }`, `{ clone: "temporary-…" }`. */
  readonly names: Readonly<Record<string, string>>;
  readonly inputs: NetworkMembers;
  /** Who was paid by the bootstrap. */
  readonly funded: readonly Funded[];
  /** Name of its Docker network. */
  readonly network: string;
  /** The image of any node in the snapshot that a reset without a name goes back to. */
  readonly snapshotImage: string;
  /** Node's name → the address that it gets again at a reset. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Whether a block at the present time comes on top of a snapshot. */
  readonly freshBlock: boolean;
  /** Of containers that are there for one operation. */
  readonly labels: Readonly<Record<string, string>>;
  readonly context: NodesContext;
}

/** What works with snapshots is loaded when it is asked for: most commands do without, and take a tenth less time. */
export class OpenNetwork {
  readonly parts: OpenNetworkParts;

  constructor(parts: OpenNetworkParts) {
    this.parts = parts;
  }

  /** In sentences: `stack dev`, `clone temporary-…`. */
  get title(): string {
    return this.parts.title;
  }

  /** Runs `work` on the nodes, while nothing mines by itself and no other command works on the network. */
  async on<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return await this.alone(() => this.look(work));
  }

  /** Runs `work` on the nodes, for which it makes no difference what others do meanwhile. */
  async look<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const { docker, inputs, context } = this.parts;
    return await onRunningNodes(docker, inputs, context, work);
  }

  /** Runs `work` while nothing mines by itself and no other command works on the network. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const { docker, id, title, inputs, context } = this.parts;
    const { signal, status: note } = context;
    const lock = { what: `working on ${title}`, progress: { note }, signal };
    return await withLock(temporaryLock(id), lock, () =>
      withoutAutoMining(docker, inputs.nodes, signal, work),
    );
  }

  /** Stops, starts or pauses nodes and services by their names, see {@link changeMembers}. */
  async change(action: NodeAction, names: readonly string[]): Promise<void> {
    const { docker, inputs, context } = this.parts;
    await this.alone(() => changeMembers(docker, inputs, action, names, context));
  }

  /** @param name Default: its own, or the one that it was started from. */
  async snapshot(name?: string): Promise<StoredSnapshot> {
    const { docker, snapshotImage } = this.parts;
    const { findSnapshot, snapshotOfImage } = await import("./snapshots/find.ts");
    return name === undefined
      ? await snapshotOfImage(docker, snapshotImage)
      : await findSnapshot(docker, name);
  }

  /** Gives the nodes chain, wallets and mempools of the snapshot, see snapshots/reset/reset.ts. */
  async reset(snapshot: StoredSnapshot): Promise<ResetResult> {
    const { docker, inputs, labels, addresses, freshBlock, context } = this.parts;
    const { resetNetwork } = await import("./snapshots/reset/reset.ts");
    return await this.alone(() =>
      resetNetwork(docker, inputs, snapshot, { ...context, labels, addresses, freshBlock }),
    );
  }

  /** Takes a snapshot by a name of its own, see snapshots/take/take-named.ts. */
  async take(name: string, options: TakeOptions): Promise<Manifest> {
    const { docker, inputs: members, context } = this.parts;
    const { takeNamed } = await import("./snapshots/take/take-named.ts");
    const alone = <T>(work: () => Promise<T>): Promise<T> => this.alone(work);
    return await takeNamed(docker, name, { ...this.parts, members }, options, context, alone);
  }
}
