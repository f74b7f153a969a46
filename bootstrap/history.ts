/** The origin of a network's chain: a plan to carry out, or the snapshot that its nodes were started from. */
import { bootstrap, prepare } from "./bootstrap.ts";
import type { ScenarioServices } from "./services/start.ts";
import { reconnect } from "./nodes/reconnect.ts";
import type { ChainPlan } from "./plan/chain-plan.ts";
import { syncToHighest } from "./chain/mining.ts";
import { minerOf, type Run, step } from "./nodes/run.ts";
import { hasTip } from "./chain/drift.ts";
import { type ChainFacts, chainFacts } from "./chain/facts.ts";
import type { Funded } from "./payments/funding.ts";
import type { Edge } from "./nodes/peers.ts";
import type { Manifest } from "./snapshots/manifest-schema.ts";
import { verifyStarted } from "./snapshots/verify.ts";
import { loadWallets } from "./nodes/wallets.ts";

export interface History {
  readonly facts: ChainFacts;
  readonly funded: readonly Funded[];
}

/** One of the two is given. */
export interface HistorySource {
  readonly plan?: ChainPlan | undefined;
  readonly manifest?: Manifest | undefined;
}

/** @param lived What the network was recorded to have come from; undefined when this is its start. */
export async function history(
  run: Run,
  edges: readonly Edge[],
  { plan, manifest }: HistorySource,
  lived: History | undefined,
  services?: ScenarioServices,
): Promise<History> {
  if (plan !== undefined) {
    // Its steps look at what is true; a scenario may have made something else of it.
    const done = plan.scenario !== undefined && lived !== undefined;
    return done
      ? await keepAsTheyAre(run, edges, plan, lived)
      : await bootstrap(run, edges, plan, services);
  }
  if (manifest === undefined) throw new Error("neither a plan nor a manifest is given");
  const { facts, funded } = manifest;
  await reconnect(run, edges);
  // Of a network that was verified at its start and then used, the manifest no longer holds.
  const on = await step(run, "bring the nodes to one tip", () => wentOn(run, facts));
  if (on || lived !== undefined) {
    await step(run, "load the wallets", () => loadWallets(run, facts));
  } else {
    await verifyStarted(run, edges, manifest);
  }
  return { facts, funded };
}

/** The nodes as they are, and those that were added since: these get the chain and wallets of their own. */
async function keepAsTheyAre(
  run: Run,
  edges: readonly Edge[],
  plan: ChainPlan,
  { facts, funded }: History,
): Promise<History> {
  await prepare(run, edges, plan);
  await step(run, "bring the nodes to one tip", () => syncToHighest(run));
  await step(run, "load the wallets", () => loadWallets(run, facts));
  return { facts: await step(run, "read the chain", () => chainFacts(run)), funded };
}

/** Whether a node has blocks on top of the chain's: one that was replaced gets them from it. */
async function wentOn(run: Run, { height, tip }: ChainFacts): Promise<boolean> {
  return (await syncToHighest(run)) > height && (await hasTip(minerOf(run), tip));
}
