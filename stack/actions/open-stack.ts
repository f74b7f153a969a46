import { OpenNetwork } from "../../bootstrap/open-network.ts";
import type { NodesContext } from "../../bootstrap/nodes/on-nodes.ts";
import { connectEngine } from "../../engine/client.ts";
import { stackLabels } from "../../engine/labels.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { runningStack } from "../running-stack.ts";

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
  const { stackId, ...kept } = await runningStack(environment, stack);
  return new OpenNetwork({
    docker: await connectEngine(context),
    id: stackId,
    title: `stack ${stack}`,
    names: { stack },
    ...{ ...kept, context },
    labels: stackLabels(stackId, stack, "temporary"),
  });
}
