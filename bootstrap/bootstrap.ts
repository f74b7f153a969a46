/** The walk-through: from freshly started nodes to a chain in which everybody is connected and paid. */
import { writeStatus } from "../base/progress/amount.ts";
import { mine, mineAt, syncToHighest } from "./chain/mining.ts";
import { minerOf, nodeOf, type Run, step } from "./nodes/run.ts";
import { type ChainFacts, chainFacts } from "./chain/facts.ts";
import { formatBtc } from "./payments/amount.ts";
import { type Funded, confirmationsOf, fund } from "./payments/funding.ts";
import { partLagging } from "./chain/part-lagging.ts";
import { miningAddress } from "./chain/mining-address.ts";
import { ensureClocks } from "./clock/kept-time.ts";
import { atTime, chainBegin } from "./clock/mocktime.ts";
import { ensureReady } from "./nodes/ready.ts";
import { type Edge, restorePeers } from "./nodes/peers.ts";
import type { ChainPlan } from "./plan/chain-plan.ts";
import { runScenario } from "./scenario/run-scenario.ts";
import type { ScenarioServices } from "./services/start.ts";
import { ensureSettled } from "./nodes/in-doubt.ts";
import { ensureWallets } from "./nodes/wallets.ts";

/**
 * Brings the network to the declared state. Every step first looks at what is true already, on the
 * chain and in the wallets, so that one that was interrupted can be run again. With a scenario, which
 * cannot be taken up, the nodes must be empty.
 */
export async function bootstrap(
  run: Run,
  edges: readonly Edge[],
  plan: ChainPlan,
  services: ScenarioServices = { specs: [], start: () => Promise.resolve() },
): Promise<{ facts: ChainFacts; funded: Funded[] }> {
  await prepare(run, edges, plan);
  const { scenario } = plan;
  const funded = await step(run, "mine and pay", () => minedAndPaid(run, plan));
  if (scenario !== undefined) {
    // They follow the chain from now on, and a scenario may use them.
    await step(run, "start the services", () => services.start());
    await step(run, `run the scenario ${scenario.file}`, () =>
      // From the last declared block on.
      atPlannedTime(run, plan, plan.blocks + plan.confirmations, () =>
        runScenario(run, scenario, services),
      ),
    );
    // It may have moved them: they stay where it left them.
    await step(run, "set the clocks", () => ensureClocks(run, plan.mockTime));
  }
  return { facts: await step(run, "read the chain", () => chainFacts(run)), funded };
}

/** Nodes that answer, at the right time, connected, with the declared wallets, whatever their chain. */
export async function prepare(run: Run, edges: readonly Edge[], plan: ChainPlan): Promise<void> {
  await step(run, "wait for the nodes", () => ensureReady(run));
  await step(run, "wait for interrupted calls", () => ensureSettled(run));
  await step(run, "set the clocks", () => ensureClocks(run, plan.mockTime));
  await step(run, "disconnect nodes that are behind", () => partLagging(run));
  await step(run, "connect the peers", () => restorePeers(run, edges));
  await step(run, "create the wallets", () => ensureWallets(run, plan.walletSeed));
}

async function minedAndPaid(run: Run, plan: ChainPlan): Promise<Funded[]> {
  const address = await miningAddress(run);
  const mineSome = async (title: string, of: number, there: number): Promise<void> => {
    const amount = { done: Math.min(Math.max(there, 0), of), of, unit: "blocks" } as const;
    run.report(writeStatus({ title, amount }));
    if (there >= of) return;
    const count = (mined: number): void => {
      run.count({ ...amount, done: there + mined });
    };
    await mineAsPlanned(run, plan, of - there, address, count);
  };
  const height = await syncToHighest(run);
  await mineSome(`mine to height ${plan.blocks}`, plan.blocks, height);
  const funded: Funded[] = [];
  // One after the other: the order decides which coins pay for what.
  for (const funding of plan.fund) {
    run.report(`pay ${formatBtc(funding.amount)} BTC to ${funding.label}`);
    funded.push(await fund(run, funding));
  }
  const { confirmations } = plan;
  const depth = await depthOf(run, plan, funded);
  await mineSome(`confirm with ${confirmations} blocks`, confirmations, depth);
  return funded;
}

/** Seconds since 1970 of the declared block at a height, from 1 on; undefined: the plan does not say. */
export function plannedTime(plan: ChainPlan, height: number): number | undefined {
  const { blocks, confirmations, walletSeed, mockTime, blockSpacing: spacing } = plan;
  if (walletSeed === undefined) return undefined;
  if (spacing === undefined) return mockTime === undefined ? chainBegin : undefined;
  if (mockTime === undefined) return chainBegin + (height - 1) * spacing;
  return mockTime - (blocks + confirmations - height) * spacing;
}

async function mineAsPlanned(
  run: Run,
  plan: ChainPlan,
  count: number,
  address: string,
  mined: (blocks: number) => void,
): Promise<void> {
  const height = await minerOf(run).rpc.call("getblockcount");
  const timeOf = (index: number): number => plannedTime(plan, height + 1 + index) ?? 0;
  await atPlannedTime(run, plan, height + 1, (still) =>
    still && plan.blockSpacing !== undefined
      ? mineAt(run, count, address, timeOf, mined)
      : mine(run, count, address, mined),
  );
}

/**
 * Runs `work`, which mines, so that a reproducible chain gets the same block times each time.
 * @param height of the block that is mined next
 */
async function atPlannedTime(
  run: Run,
  plan: ChainPlan,
  height: number,
  work: (still: boolean) => Promise<unknown>,
): Promise<void> {
  const time = plannedTime(plan, height);
  await (time === undefined ? work(false) : atTime(run, time, work, plan.mockTime));
}

/** Blocks on top of the last payment, or of what was mined to pay when nobody is paid. */
async function depthOf(run: Run, plan: ChainPlan, funded: readonly Funded[]): Promise<number> {
  if (funded.length === 0) return (await syncToHighest(run)) - plan.blocks;
  const depths = await Promise.all(
    funded.map(({ node, txid }) => confirmationsOf(nodeOf(run, node), txid)),
  );
  return Math.min(...depths);
}
