import type Docker from "dockerode";

import { lookAt } from "../bootstrap/status/look.ts";
import type { StatusReport } from "../bootstrap/status/report.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { declaredNetwork } from "./declared-stack.ts";
import { networkClient } from "./network-client.ts";
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
      const client = await networkClient(network.claim, docker);
      const now = await lookAt(client, declared, new AbortController().signal);
      return { named: several ? `${stack}:${network.name}` : stack, outputs, now };
    }),
  );
}
