import { type ChainFacts, ownFacts, peersOf, verifyFacts } from "../chain/facts.ts";
import { type Mempools, restoreMempools } from "../chain/mempools.ts";
import { type Edge, restorePeers } from "../nodes/peers.ts";
import { ensureReady } from "../nodes/ready.ts";
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
  await step(run, "wait for the nodes", () => ensureReady(run));
  // What a node has does not depend on whom it is connected to, and a handshake is mostly waiting.
  const [, own] = await Promise.all([
    step(run, "connect the peers", () => restorePeers(run, connect)),
    ownFactsOfStarted(run, facts, mempools),
  ]);
  await step(run, "compare with the manifest", async () => {
    verifyFacts({ ...own, peers: await peersOf(run) }, facts);
  });
}

async function ownFactsOfStarted(
  run: Run,
  facts: ChainFacts,
  mempools: Mempools,
): Promise<Omit<ChainFacts, "peers">> {
  await step(run, "load the wallets", () => loadWallets(run, facts));
  return await step(run, "compare with the manifest", async () => {
    // First: what a wallet has spent from, and its change, count by what is in the mempool.
    await restoreMempools(run, mempools);
    return await ownFacts(run);
  });
}
