import { lookAt } from "../bootstrap/status/look.ts";
import type { StatusReport } from "../bootstrap/status/report.ts";
import { connectTo } from "../engine/engine-input.ts";
import { declaredNetwork } from "./declared-stack.ts";
import { notUp, type StackOutputs, type StackState } from "./stack-state.ts";

/** A network that was just brought up: its outputs, and what is true of it. */
export interface PresentNetwork {
  /** As a command takes it after `--stack`. */
  readonly named: string;
  readonly outputs: StackOutputs;
  readonly now: StatusReport;
}

/** All networks of a stack. */
export async function present(state: StackState): Promise<PresentNetwork[]> {
  const { stack } = state;
  const { signal } = new AbortController();
  const several = state.networks.length > 1;
  return await Promise.all(
    state.networks.map(async (network) => {
      const { declared, engine, outputs } = declaredNetwork(state, network);
      if (outputs === undefined) throw notUp(stack);
      const now = await lookAt(await connectTo({ engine }, signal), declared, signal);
      return { named: several ? `${stack}:${network.name}` : stack, outputs, now };
    }),
  );
}
