import type Docker from "dockerode";

import { lookAt } from "./status/look.ts";
import type { StatusReport } from "./status/report.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { declaredNetwork, type DeclaredState } from "./declared-stack.ts";
import { containersOf } from "./stack-containers.ts";
import { notUp, readState, type StackOutputs } from "./stack-state.ts";

/** A network that was just brought up: its outputs, and what is true of it. */
export interface PresentNetwork {
  /** As a command takes it after `--stack`. */
  readonly named: string;
  readonly outputs: StackOutputs;
  readonly now: StatusReport;
}

/** All networks of a stack, by one call of Pulumi's CLI. */
export async function present(
  docker: Docker,
  environment: Environment,
  stack: string,
): Promise<PresentNetwork[]> {
  const state = await readState(environment, stack);
  const several = state.networks.length > 1;
  return await Promise.all(
    state.networks.map(async (network) => {
      const { declared, outputs } = declaredNetwork(state, network);
      if (outputs === undefined) throw notUp(stack);
      const now = await presentStatus(docker, { declared }, new AbortController().signal);
      return { named: several ? `${stack}:${network.name}` : stack, outputs, now };
    }),
  );
}

/** What is true of a network now. */
export async function presentStatus(
  docker: Docker,
  { declared }: Pick<DeclaredState, "declared">,
  signal: AbortSignal,
): Promise<StatusReport> {
  const nodes = declared.nodes.map(({ name, container }) => ({ name, containerName: container }));
  const services = declared.services.map(({ name, container }) => ({
    name,
    containerName: container,
  }));
  const containers = await containersOf(docker, declared.stackId, nodes, services);
  return await lookAt(docker, declared, containers, signal);
}
