import type { EngineInput } from "../../engine/engine-input.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { stateInFile } from "../state-in-file.ts";
import { stateOf } from "../stack-state.ts";

/**
 * The engine that an update is going to build on, as far as files tell before the Pulumi CLI and the program run: that of
 * the network in the stack's state, or while there is none, of the hosts in its configuration. Undefined: none is named.
 */
export async function buildingEngine(
  environment: Environment,
  stack: string,
): Promise<EngineInput | undefined> {
  const file = await stateInFile(environment, stack);
  const [network] = file === undefined ? [] : stateOf(stack, file.exported, file.decrypt).networks;
  const engine = network === undefined ? await configured(stack) : network.claim.engine;
  const { host } = engine?.hosts?.[0] ?? engine ?? {};
  return host ? engine : undefined;
}

/** Loaded with the first update of a stack alone. */
async function configured(stack: string): Promise<EngineInput | undefined> {
  const { configuredHosts } = await import("./configured-hosts.ts");
  return await configuredHosts(stack);
}
