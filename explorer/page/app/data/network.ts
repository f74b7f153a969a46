/** What the server has told last. */
import { batch, computed, signal } from "@preact/signals";

import type { ActionName, ChainView, NetworkView, PageEvent } from "../../protocol.ts";

/** Milliseconds that a block which left the chain is shown among the others. */
const leftShownMs = 20_000;
/** Transactions that are remembered of those that came. */
const mostSeen = 12;

export interface LeftBlock {
  readonly hash: string;
  /** Undefined for one that this page never showed. */
  readonly height: number | undefined;
}

export const chain = signal<ChainView | undefined>(undefined);
export const network = signal<NetworkView | undefined>(undefined);
/** The node or the engine does not answer. */
export const problem = signal<string | undefined>(undefined);
/** Blocks that left the chain a moment ago. */
export const left = signal<readonly LeftBlock[]>([]);
/** Counts changes of the chain: what was read from the API may be another since. */
export const version = signal(0);
/** Transactions that came while the page was open, newest first. */
export const seen = signal<ChainView["recent"]>([]);

const allowed = computed(() => new Set<ActionName>(network.value?.actions));

export function can(action: ActionName): boolean {
  return allowed.value.has(action);
}

export function take(event: PageEvent): void {
  batch(() => {
    if (event.type === "problem") problem.value = event.message;
    if (event.type === "network") {
      problem.value = undefined;
      network.value = event.network;
    }
    if (event.type === "chain") {
      problem.value = undefined;
      showLeft(event.disconnected);
      chain.value = event.chain;
      version.value += 1;
      const known = new Set(event.chain.recent.map(({ txid }) => txid));
      const before = seen.value.filter(({ txid }) => !known.has(txid));
      seen.value = [...event.chain.recent, ...before].slice(0, mostSeen);
    }
  });
}

function showLeft(hashes: readonly string[]): void {
  if (hashes.length === 0) return;
  const known = chain.value?.blocks ?? [];
  const gone = hashes.map((hash) => ({
    hash,
    height: known.find((block) => block.hash === hash)?.height,
  }));
  left.value = [...gone, ...left.value];
  setTimeout(() => {
    left.value = left.value.filter((block) => !gone.includes(block as (typeof gone)[number]));
  }, leftShownMs);
}
