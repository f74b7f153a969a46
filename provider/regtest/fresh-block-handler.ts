/** The resource `FreshBlock`: a block of the present on top of the declared chain, for as long as the network is up. */
import type { ChainFacts } from "../../bootstrap/chain/facts.ts";
import { notRunning } from "../../bootstrap/nodes/node.ts";
import { type NetworkInputs, onNodes } from "../../bootstrap/nodes/on-nodes.ts";
import { ensureReady } from "../../bootstrap/nodes/ready.ts";
import { step } from "../../bootstrap/nodes/run.ts";
import { withoutAutoMining } from "../../bootstrap/services/without-auto-mining.ts";
import {
  clocksStandStill,
  ensureFreshBlock,
  type FreshBlock,
  lacksFreshBlock,
} from "../../bootstrap/verbs/fresh-block.ts";
import type { OperationContext } from "../server/handler.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { inputDiff } from "./input-diff.ts";
import { ownResource } from "./own-resource.ts";

export interface FreshBlockInputs extends NetworkInputs, OnEngine {
  /** The declared chain. Another one needs a block of its own. */
  readonly chain: Pick<ChainFacts, "height" | "tip">;
}

export interface FreshBlockState extends FreshBlockInputs {
  /** The newest block, as the last update left it. */
  readonly block: FreshBlock;
  /** Whether the last refresh found that another one is needed. */
  readonly stale: boolean;
}

export const freshBlockHandler = ownResource({
  importRefusal: "A fresh block cannot be imported: run `pulumi up`, which mines one.",

  diff(_id, state, oldInputs, news) {
    const { stale } = state as unknown as FreshBlockState;
    return Promise.resolve({
      detailed: { ...inputDiff(oldInputs, news, ["chain"]), ...(stale && { stale: "update" }) },
    });
  },

  async create(properties, context) {
    const inputs = properties as unknown as FreshBlockInputs;
    const block = await ensured(inputs, context);
    if (block === undefined) throw new Error(clocksStandStill);
    return { id: block.hash, state: { ...inputs, block, stale: false } };
  },

  async read(id, state, inputs, context) {
    const { nodes, chain, ...network } = state as unknown as FreshBlockState;
    const docker = await connectTo(state, context.signal);
    // Whoever starts what does not run asks again.
    const stale =
      (await notRunning(docker, nodes)).length > 0 ||
      (await onNodes(docker, { ...network, nodes }, context, async (run) => {
        await step(run, "wait for the nodes", () => ensureReady(run));
        return await step(run, "look at the newest block", () =>
          lacksFreshBlock(run, chain.height),
        );
      }));
    return { id, state: { ...state, stale }, inputs };
  },

  /** Where somebody made the clocks stand still meanwhile, there is nothing to do. */
  async update(_id, state, news, context) {
    const { block } = state as unknown as FreshBlockState;
    const now = await ensured(news as unknown as FreshBlockInputs, context);
    return { ...news, block: now ?? block, stale: false };
  },
});

async function ensured(
  inputs: FreshBlockInputs,
  context: OperationContext,
): Promise<FreshBlock | undefined> {
  const docker = await connectTo(inputs, context.signal);
  return await withoutAutoMining(docker, inputs.nodes, context.signal, () =>
    onNodes(docker, inputs, context, async (run) => {
      await step(run, "wait for the nodes", () => ensureReady(run));
      return await step(run, "mine a block at the present time", () =>
        ensureFreshBlock(run, inputs.chain.height),
      );
    }),
  );
}
