/** Calls a scenario with its network. */
import { connectTo } from "../../engine/engine-input.ts";
import type { Reporter } from "../../base/progress/amount.ts";
import { openNodes } from "../nodes/node.ts";
import { openServices } from "../services/network-service.ts";
import type { Job } from "./messages.ts";
import { type Scenario, ScenarioNetwork } from "./scenario.ts";

export async function runOnNodes(
  scenario: Scenario,
  network: NonNullable<Job["network"]>,
  { signal, ...reporter }: Reporter & { readonly signal: AbortSignal },
): Promise<void> {
  const { nodes: specs, services, connect, credentials, limitMs } = network;
  const docker = await connectTo(network, signal);
  await using open = await openNodes(docker, specs, credentials, { signal, timeoutMs: limitMs });
  const run = { nodes: open.nodes, connect, limitMs, signal, ...reporter };
  await scenario(new ScenarioNetwork(run, await openServices(docker, services)));
}
