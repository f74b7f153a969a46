/** The resource `Bootstrap`: the common history of the nodes. */
import { isDeepStrictEqual } from "node:util";

import type { OperationContext, Properties } from "../server/handler.ts";
import { withoutAutoMining } from "../../bootstrap/services/without-auto-mining.ts";
import { minerOf, type Run, step } from "../../bootstrap/nodes/run.ts";
import { keptTimeOf } from "../../bootstrap/clock/kept-time.ts";
import { findDrift, hasTip, replacedAdvice, tipState } from "../../bootstrap/chain/drift.ts";
import { type ChainFacts, withNodesOf } from "../../bootstrap/chain/facts.ts";
import type { Funded } from "../../bootstrap/payments/funding.ts";
import { type ChainPlanJson, planFromJson } from "../../bootstrap/plan/chain-plan.ts";
import { type HistorySource, history } from "../../bootstrap/history.ts";
import { type MayDiscard, type PutsFreshBlocks, withoutLeave } from "./data-at-risk.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { inputDiff } from "./input-diff.ts";
import { ownResource } from "./own-resource.ts";
import { miningAddress } from "../../bootstrap/chain/mining-address.ts";
import { declarationOf, notRunning } from "../../bootstrap/nodes/node.ts";
import { ensureReady } from "../../bootstrap/nodes/ready.ts";
import { containersOf, lookAtContainers, unpause } from "../../bootstrap/containers/stop-start.ts";
import { freshBlocksAbove } from "../../bootstrap/verbs/fresh-block.ts";
import { onFreshNodes, someWalletIsGone } from "./fresh-nodes.ts";
import type { NetworkMembers } from "../../bootstrap/services/members.ts";
import { scenarioServices } from "../../bootstrap/services/start.ts";
import { type NetworkInputs, onNodes } from "../../bootstrap/nodes/on-nodes.ts";

export interface BootstrapInputs
  extends NetworkMembers, Omit<HistorySource, "plan">, MayDiscard, PutsFreshBlocks, OnEngine {
  readonly plan?: ChainPlanJson | undefined;
}

export interface BootstrapState extends BootstrapInputs {
  readonly chain: ChainFacts;
  readonly funded: readonly Funded[];
  /** Node's name → its address on the stack's network. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Where the miner mines to; a state of an earlier version lacks it. */
  readonly miningAddress?: string | undefined;
  /** Seconds since 1970 that the scenario set the clocks to; left out: it did not. */
  readonly clock?: number | undefined;
  /** What the last refresh found broken; the next update fixes it. */
  readonly broken: readonly string[];
}

export const bootstrapHandler = ownResource({
  importRefusal:
    "A bootstrap cannot be imported: run `pulumi up`, which continues from the current state.",

  /** Another chain is another history; anything else is how to get there. */
  diff(_id, state, oldInputs, news) {
    const { broken, miningAddress } = state as unknown as BootstrapState;
    const changed = inputDiff(withoutLeave(oldInputs), withoutLeave(news), ["plan", "manifest"]);
    return Promise.resolve({
      detailed: {
        ...changed,
        ...(broken.length > 0 && { broken: "update" }),
        ...(miningAddress === undefined && { miningAddress: "update" }),
      },
    });
  },

  async create(inputs, context) {
    const state = await bootstrapped(inputs, context);
    return { id: state.chain.tip, state: { ...state } };
  },

  async update(_id, state, news, context) {
    return { ...(await bootstrapped(news, context, state as unknown as BootstrapState)) };
  },

  async read(id, state, inputs, context) {
    const broken = await findBroken(state as unknown as BootstrapState, context);
    for (const line of broken) context.warn(line);
    return { id, state: { ...state, broken }, inputs };
  },
});

async function bootstrapped(
  properties: Properties,
  context: OperationContext,
  recorded?: BootstrapState,
): Promise<BootstrapState> {
  const inputs = properties as unknown as BootstrapInputs;
  const { nodes, connect, plan } = inputs;
  const docker = await connectTo(inputs, context.signal);
  await unpause(await lookAtContainers(containersOf(docker, nodes), context.signal));
  const anew =
    plan?.scenario !== undefined &&
    (recorded === undefined ||
      (await someWalletIsGone(docker, inputs, context, recorded.chain.wallets)));
  const lived =
    anew || recorded === undefined ? undefined : { facts: recorded.chain, funded: recorded.funded };
  const source = { plan: plan && planFromJson(plan), manifest: inputs.manifest };
  const work = async (run: Run): Promise<BootstrapState> => {
    if (recorded !== undefined && !anew) await refuseReplaced(run, recorded.chain);
    const services = scenarioServices(docker, inputs, context);
    const { facts, funded } = await history(run, connect, source, lived, services);
    // What people mined on top does not make it another bootstrap.
    const stays = recorded !== undefined && (await hasTip(minerOf(run), recorded.chain.tip));
    const chain = !stays
      ? facts
      : isDeepStrictEqual(networkOf(inputs), networkOf(recorded))
        ? recorded.chain
        : withNodesOf(recorded.chain, facts, nodes);
    const addresses = Object.fromEntries(run.nodes.map(({ name, ip }) => [name, ip]));
    const clock = lived === undefined ? await keptTimeOf(run) : recorded?.clock;
    return {
      ...withoutLeave(inputs),
      chain,
      funded,
      addresses,
      ...(clock !== undefined && { clock }),
      miningAddress: await miningAddress(run),
      broken: [],
    };
  };
  return await withoutAutoMining(docker, nodes, context.signal, () =>
    anew
      ? onFreshNodes(docker, inputs, context, recorded?.chain.height, work)
      : onNodes(docker, inputs, context, work),
  );
}

/** Goes on from no chain that took the place of the declared one: it would be paid for again, and taken for it. */
async function refuseReplaced(run: Run, { height, tip }: ChainFacts): Promise<void> {
  await step(run, "wait for the nodes", () => ensureReady(run));
  const states = await step(run, "check the declared chain", () =>
    Promise.all(run.nodes.map((node) => tipState(node, tip))),
  );
  if (!states.includes("replaced") || states.includes("active")) return;
  throw new Error(
    `block ${tip} at height ${height}, the tip of the declared chain, was replaced by other blocks; ${replacedAdvice}`,
  );
}

function networkOf({ nodes, connect }: NetworkInputs): unknown {
  return [nodes.map(declarationOf), connect];
}

/** A container that is gone or stopped is for its own resource to tell; here it means that there is work to do. */
async function findBroken(
  state: BootstrapState,
  context: OperationContext,
): Promise<readonly string[]> {
  const docker = await connectTo(state, context.signal);
  const stopped = await notRunning(docker, state.nodes);
  if (stopped.length > 0) return stopped;
  const { chain, connect, freshBlock } = state;
  const { broken, minedSince } = await onNodes(docker, state, context, async (run) => {
    await step(run, "wait for the nodes", () => ensureReady(run));
    return await step(run, "check the nodes", async () => {
      const { broken, minedSince } = await findDrift(run, connect, chain);
      const fresh =
        freshBlock === true ? await freshBlocksAbove(minerOf(run).rpc, chain.height) : [];
      return { broken, minedSince: minedSince - fresh.length };
    });
  });
  if (minedSince > 0) {
    context.info(
      `${minedSince} blocks were mined since the bootstrap at height ${chain.height}; they are kept`,
    );
  }
  return broken;
}
