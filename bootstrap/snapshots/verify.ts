import { reconnect } from "../bootstrap.ts";
import { type ChainFacts, verifyFacts } from "../facts.ts";
import type { Edge } from "../peers.ts";
import { type Run, step } from "../run.ts";
import { loadWallets } from "../wallets.ts";

/**
 * Brings nodes that were just started to what a snapshot says, and makes sure that they are there.
 * @throws Error that names every fact that differs
 */
export async function verifyStarted(
  run: Run,
  connect: readonly Edge[],
  expected: ChainFacts,
): Promise<void> {
  await reconnect(run, connect);
  await step(run, "load the wallets", () => loadWallets(run, expected));
  await step(run, "compare with the manifest", () => verifyFacts(run, expected));
}
