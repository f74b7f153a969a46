/**
 * What the page and its server say to each other. Blocks, transactions and addresses the page reads from Esplora's API
 * beside it; here is what that has not: what changes, the network, and what is done with it.
 *
 *     GET  /page/events           lines of JSON, a PageEvent each, until one of both ends it
 *     GET  /page/labels/:label    { addresses: string[] }: who is paid under this label, in any node's wallet
 *     POST /page/actions/:name    arguments as JSON; answers lines of JSON, an ActionLine each
 *
 * The token stands in the page's link behind `#`, where no server and no log sees it, and goes with requests as
 * `Authorization: Bearer TOKEN`. Without it the events tell of the chain alone, which Esplora's API shows to anyone on
 * this machine, and the other two answer 401.
 */
import type { StatusReport } from "../../bootstrap/status/report.ts";

/** As the node had it at one moment. */
export interface ChainView {
  readonly height: number;
  /** Hash of the block at the tip. */
  readonly tip: string;
  /** The last twenty, the newest first; a page asks Esplora's API for more. */
  readonly blocks: readonly BlockLine[];
  /** How many transactions wait in the mempool, and their virtual bytes together. */
  readonly mempool: { readonly count: number; readonly vsize: number };
  /** Those of the last ten that entered the mempool which still wait in it, the newest first. */
  readonly recent: readonly TransactionLine[];
}

export interface BlockLine {
  readonly hash: string;
  readonly height: number;
  /** In the header, in seconds since 1970. */
  readonly time: number;
  readonly transactions: number;
  /** In bytes. */
  readonly size: number;
}

export interface TransactionLine {
  readonly txid: string;
  /** In virtual bytes. */
  readonly vsize: number;
  /** In satoshi. */
  readonly fee: number;
  /** Of all its outputs, in satoshi. */
  readonly value: number;
}

export type PageEvent =
  /** First of all, and after each change; many changes at once are told as one. */
  | {
      readonly type: "chain";
      readonly chain: ChainView;
      /** Hashes of blocks that left the chain since the event before, by a reorganization or a reset; at most 1,000. */
      readonly disconnected: readonly string[];
      /** Transactions that were confirmed, or left the mempool otherwise, since the event before; at most 1,000. */
      readonly gone: readonly string[];
    }
  /** With the token: soon after the first, and whenever something in it but the time is another. */
  | { readonly type: "network"; readonly network: NetworkView }
  /** The node, or the engine, does not answer. The next event of the others says that it does again. */
  | { readonly type: "problem"; readonly message: string }
  /** Every 15 s, so that a page knows that somebody is there. */
  | { readonly type: "alive" };

export interface NetworkView {
  /** Such as `stack dev`. */
  readonly title: string;
  /** Name of the node whose chain is served. */
  readonly node: string;
  readonly status: StatusReport;
  /** Those that can be asked for. */
  readonly actions: readonly ActionName[];
}

/** Name → arguments, as the commands of the same names have them. Amounts are BTC as text. */
export interface Actions {
  readonly mine: { readonly blocks: number; readonly to?: string };
  readonly fund: {
    /** An address, or the label of one. */
    readonly to: string;
    readonly amount: string;
    readonly confirmations?: number;
  };
  readonly reorg: { readonly depth: number };
  readonly connect: { readonly a: string; readonly b: string };
  readonly disconnect: { readonly a: string; readonly b: string };
  readonly partition: { readonly groups: readonly (readonly string[])[] };
  readonly join: Record<string, never>;
  readonly time:
    | { readonly action: "set"; readonly to: string }
    | { readonly action: "advance"; readonly to: string }
    | { readonly action: "present" };
  readonly stop: { readonly name: string };
  readonly start: { readonly name: string };
  readonly restart: { readonly name: string };
  readonly pause: { readonly name: string };
  readonly unpause: { readonly name: string };
  readonly snapshot: { readonly name: string };
  /** To its own snapshot, or to another by name. */
  readonly reset: { readonly to?: string };
}

export type ActionName = keyof Actions;

/** What an action says while it runs; the last is a result or an error. One action runs at a time: another answers 409. */
export type ActionLine =
  | { readonly type: "status"; readonly text: string }
  | { readonly type: "result"; readonly text: string }
  | { readonly type: "error"; readonly message: string };
