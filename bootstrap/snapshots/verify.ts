import { reconnect } from "../nodes/reconnect.ts";
import { type ChainFacts, verifyFacts } from "../chain/facts.ts";
import { type Mempools, restoreMempools } from "../chain/mempools.ts";
import type { Edge } from "../nodes/peers.ts";
import { type Run, step } from "../nodes/run.ts";
import { loadWallets } from "../nodes/wallets.ts";

/** What must be true of nodes that were just started. A manifest says it. */
export interface Started {
  readonly facts: ChainFacts;
  readonly mempools?: Mempools | undefined;
}

/**
 * Brings nodes that were just started to what a snapshot says, and makes sure that they are there.
 * @throws Error that names every fact that differs
 */
export async function verifyStarted(
  run: Run,
  connect: readonly Edge[],
  { facts, mempools = {} }: Started,
): Promise<void> {
  await reconnect(run, connect);
  await step(run, "load the wallets", () => loadWallets(run, facts));
  await step(run, "compare with the manifest", async () => {
    // First: what a wallet has spent from, and its change, count by what is in the mempool.
    await restoreMempools(run, mempools);
    await verifyFacts(run, facts);
  });
}
