/** The resource `Bootstrap`: the common history of the nodes. */
import { connectEngine } from "../engine/client.ts";
import type { OperationContext, Properties, ResourceHandler } from "../plugin/handler.ts";
import { bootstrap, type ChainFacts, type ChainPlan } from "./bootstrap.ts";
import type { Funded } from "./funding.ts";
import { inputDiff } from "./input-diff.ts";
import { type NetworkInputs, onNodes } from "./session.ts";

export interface BootstrapInputs extends NetworkInputs {
  readonly plan: ChainPlan;
}

interface BootstrapState extends BootstrapInputs {
  readonly chain: ChainFacts;
  readonly funded: readonly Funded[];
}

export const bootstrapHandler: ResourceHandler = {
  check(news) {
    return Promise.resolve({ inputs: news });
  },

  /** Another chain, or other containers, are another history; anything else is how to get there. */
  diff(_id, _state, oldInputs, news) {
    const replaceOn = ["nodes", "plan"];
    return Promise.resolve({ detailed: inputDiff(oldInputs, news, replaceOn) });
  },

  async create(inputs, context) {
    const state = await bootstrapped(inputs, context);
    return { id: state.chain.tip, state: { ...state } };
  },

  async update(_id, _state, news, context) {
    return { ...(await bootstrapped(news, context)) };
  },

  read(id, state, inputs) {
    if (state === undefined || inputs === undefined) {
      throw new Error(
        "A bootstrap cannot be imported: run `pulumi up`, it takes up what is there.",
      );
    }
    return Promise.resolve({ id, state, inputs });
  },

  /** The chain goes with the containers. */
  delete() {
    return Promise.resolve();
  },
};

async function bootstrapped(
  properties: Properties,
  context: OperationContext,
): Promise<BootstrapState> {
  const inputs = properties as unknown as BootstrapInputs;
  const docker = await connectEngine({ signal: context.signal });
  const { facts, funded } = await onNodes(docker, inputs, context, (run) =>
    bootstrap(run, inputs.connect, inputs.plan),
  );
  return { ...inputs, chain: facts, funded };
}
