import type { Run } from "../../bootstrap/nodes/run.ts";
import { fullMesh } from "../../bootstrap/nodes/peers.ts";
import { onNodes } from "../../bootstrap/nodes/on-nodes.ts";
import type { ProjectStack } from "./stack.ts";

/** Runs `work` on the nodes of a stack that is up, as its bootstrap does. */
export async function onStack<T>(stack: ProjectStack, work: (run: Run) => Promise<T>): Promise<T> {
  const outputs = await stack.outputs();
  const containers = outputs["containers"]?.value as Record<string, { id: string }>;
  const names = Object.keys(containers);
  const network = {
    nodes: Object.entries(containers).map(([name, { id }]) => ({
      name,
      role: name === "miner" ? ("miner" as const) : ("peer" as const),
      containerId: id,
    })),
    connect: fullMesh(names),
    rpcUser: outputs["rpcUser"]?.value as string,
    rpcPassword: outputs["rpcPassword"]?.value as string,
    timeout: 60,
  };
  const signal = AbortSignal.timeout(120_000);
  return await onNodes(stack.docker, network, { signal, status: () => undefined }, work);
}
