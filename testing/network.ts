/** A network for one test: real nodes with a known history, until the end of the scope. */
import type Docker from "dockerode";

import { Network } from "../bootstrap/verbs/network.ts";
import type { Node } from "../bootstrap/nodes/node.ts";
import type { StoredSnapshot } from "../bootstrap/snapshots/find.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest-schema.ts";
import { resetNetwork } from "../bootstrap/snapshots/reset/reset.ts";
import type { TemporaryNetwork } from "../bootstrap/nodes/temporary-network.ts";
import { stackLabels } from "../engine/labels.ts";
import { ownedLabels } from "../engine/clean-up/owner.ts";

/**
 * What {@link TestNetwork} is made of.
 * @internal
 */
export interface Parts {
  readonly docker: Docker;
  readonly snapshot: StoredSnapshot;
  readonly temporary: TemporaryNetwork;
  /** Open until the network is disposed of. */
  readonly open: { readonly nodes: readonly Node[] } & AsyncDisposable;
  readonly signal: AbortSignal;
}

export class TestNetwork extends Network implements AsyncDisposable {
  /** Random; in the labels of all that it has on the engine, and the name of its Docker network. */
  readonly id: string;
  /** What was true of it at its start: height, tip, balances, who was paid, and what it was made by. */
  readonly manifest: Manifest;
  readonly #parts: Parts;

  /** @internal */
  constructor(parts: Parts) {
    const { temporary, open, snapshot } = parts;
    super(open.nodes, (work) => temporary.run(work));
    this.id = temporary.id;
    this.manifest = snapshot.manifest;
    this.#parts = parts;
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

  /** Closes the connections. The network keeps running. */
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
}
