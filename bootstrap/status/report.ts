/** What a network declares, and its state now: the data behind `npm run status`. docs/status.md describes it. */
import type { CrowdSpec } from "../nodes/crowd.ts";
import type { NodeSpec, Role } from "../nodes/node.ts";
import type { WalletBalance } from "../verbs/balance.ts";
import type { FreshBlock } from "../verbs/fresh-block.ts";
import type { ServiceSpec } from "../services/service.ts";
import type { Edge } from "../nodes/peers.ts";

/** The declaration: a stack's from its state, a clone's from its snapshot. */
export interface NetworkDeclaration {
  /** Of the stack; of a clone, its id. */
  readonly name: string;
  /** Random; in the labels of all that it has on the engine. */
  readonly id: string;
  readonly rpcUser: string;
  readonly rpcPassword: string;
  readonly nodes: readonly DeclaredNode[];
  readonly services: readonly DeclaredService[];
  /** Undefined: there is none. */
  readonly crowd?: CrowdSpec | undefined;
  readonly connect: readonly Edge[];
  /** Whether blocks at the present time come on top of the declared chain. */
  readonly freshBlock: boolean;
  /** Undefined when the bootstrap did not end. */
  readonly chain: { readonly height: number; readonly tip: string } | undefined;
  /** Node's name → its snapshot image. */
  readonly snapshots: Readonly<Record<string, { readonly image: string; readonly id: string }>>;
  /** What an update was doing when it was interrupted. */
  readonly pending: number;
}

export interface DeclaredNode extends Pick<NodeSpec, "name" | "host" | "wallets"> {
  readonly role: Role | undefined;
  /** Name of its container. */
  readonly container: string;
  readonly endpoint: string;
  /** What it offers beside RPC → where. */
  readonly ports: Readonly<Record<string, string>>;
}

export interface DeclaredService extends Pick<ServiceSpec, "name" | "host"> {
  /** Name of its container. */
  readonly container: string;
  /** Port's name → its URL. */
  readonly ports: Readonly<Record<string, string>>;
  /** Undefined: it has not been started yet. */
  readonly spec: ServiceSpec | undefined;
}

/** No secret is in it. Amounts are in BTC with 8 places, times in ISO 8601, UTC. */
export interface StatusReport {
  /** Its name; of a clone, its id. */
  readonly stack: string;
  readonly time: string;
  /** Of the highest node that answers. */
  readonly height: number | null;
  readonly declared: { readonly height: number; readonly tip: string } | null;
  /** Blocks on top of the declared chain. */
  readonly minedSince: number | null;
  /** The last of those directly on top of it that config `freshBlock` put there; null where there is none. */
  readonly freshBlock: FreshBlock | null;
  readonly nodes: readonly NodeStatus[];
  readonly services: readonly ServiceStatus[];
  /** Left out: none is declared. */
  readonly crowd?: CrowdStatus | undefined;
  readonly connections: readonly Connection[];
  readonly otherPeers: readonly OtherPeer[];
  readonly snapshots: readonly SnapshotStatus[];
  /** What is not as declared, a line each. */
  readonly drift: readonly string[];
  /** Those of them that no update fixes. */
  readonly byHand: readonly string[];
}

export interface NodeStatus extends Omit<DeclaredNode, "wallets"> {
  /** Of the container, as the engine calls it; `gone` when it was removed, `unknown` when its host does not answer. */
  readonly state: string;
  /** Why there is nothing more of it, or not all. */
  readonly problem?: string | undefined;
  readonly version?: string | undefined;
  readonly height?: number | undefined;
  readonly tip?: string | undefined;
  /** Blocks that it lacks of the highest node's. */
  readonly behind?: number | undefined;
  /**
   * Height of the last block that it has in common with the highest node, or the first of those, where its
   * own chain goes on otherwise.
   */
  readonly forkedAt?: number | undefined;
  /** The time at which its clock stands still. */
  readonly mockTime?: string | undefined;
  /** Peers, each once. */
  readonly peers?: number | undefined;
  /** Transactions in its mempool. */
  readonly mempool?: number | undefined;
  readonly wallets?: readonly WalletBalance[] | undefined;
}

export interface ServiceStatus extends Omit<DeclaredService, "spec"> {
  /** As a node's. */
  readonly state: string;
  /** Whether it has gone through its start: ready, and its command after that done. */
  readonly up: boolean;
}

export interface CrowdStatus extends CrowdSpec {
  /** How many run. */
  readonly running: number;
  /** Host's name → how many of them run there. */
  readonly hosts: Readonly<Record<string, number>>;
}

/** Two nodes whose connection is declared or exists; or the miner and the auto-miner. */
export interface Connection {
  readonly nodes: Edge;
  readonly declared: boolean;
  /**
   * `half`: only one of two that answer sees the other. `cut`: neither is to dial the other any more, as after
   * `partition` and `disconnect`. `unknown`: neither answers.
   */
  readonly state: "connected" | "half" | "missing" | "cut" | "unknown";
  /** Who opened it: one of the two, or both, each one of its own. */
  readonly dialledBy: readonly string[];
  /** Who sees it. */
  readonly seenBy: readonly string[];
}

/** A peer outside the network. */
export interface OtherPeer {
  readonly node: string;
  readonly agent: string;
  readonly address: string;
  readonly inbound: boolean;
}

export interface SnapshotStatus {
  readonly name: string;
  readonly height: number;
  readonly created: string;
  /** Of all its images, with the layers that they share. */
  readonly bytes: number;
  readonly nodes: readonly string[];
  readonly goesWithStack: boolean;
}
