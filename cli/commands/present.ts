import type Docker from "dockerode";

import type { StatusReport } from "../../stack/status/report.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { declaredStack } from "../../stack/declared-stack.ts";
import { notUp, type StackOutputs } from "../../stack/stack-state.ts";
import { look } from "./status-show.ts";

/** A stack that was just brought up: its outputs, and what is true of it, by one call of Pulumi's CLI. */
export async function present(
  docker: Docker,
  environment: Environment,
  stack: string,
): Promise<{ readonly outputs: StackOutputs; readonly now: StatusReport }> {
  const state = await declaredStack(environment, stack);
  if (state.outputs === undefined) throw notUp(stack);
  const now = await look(docker, state, new AbortController().signal);
  return { outputs: state.outputs, now };
}
