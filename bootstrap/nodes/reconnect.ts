import { type Edge, restorePeers } from "./peers.ts";
import { ensureReady } from "./ready.ts";
import { type Run, step } from "./run.ts";

/** Waits for the nodes and connects them: what every start of the network begins with. */
export async function reconnect(run: Run, edges: readonly Edge[]): Promise<void> {
  await step(run, "wait for the nodes", () => ensureReady(run));
  await step(run, "connect the peers", () => restorePeers(run, edges));
}
