import { OpenNetwork } from "../../bootstrap/open-network.ts";
import type { NodesContext } from "../../bootstrap/nodes/on-nodes.ts";
import { stackLabels } from "../../engine/labels.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { connectTo } from "../../engine/engine-input.ts";
import { runningStack } from "../running-stack.ts";
import { stackAndNetwork } from "../stack-state.ts";

/**
 * A stack that is up, to work on without an update.
 * @throws Error that says what to do when the stack is not up
 */
export async function openStack(
  environment: Environment,
  stack: string,
  context: NodesContext,
): Promise<OpenNetwork> {
  context.status(`open stack ${stack}`);
  const { stackId, engine, ...kept } = await runningStack(environment, stack);
  return new OpenNetwork({
    docker: await connectTo({ engine, ...kept.inputs }, context.signal),
    id: stackId,
    title: `stack ${stack}`,
    stack,
    names: { stack },
    ...{ ...kept, context },
    labels: stackLabels(stackId, stackAndNetwork(stack).stack, "temporary"),
  });
}
