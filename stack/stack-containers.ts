/** The containers of a stack as the engine has them, whether the stack came up or not. */
import { autoMinerName } from "../bootstrap/plan/settings/auto-miner-name.ts";
import { containersOf, type MemberContainer } from "../bootstrap/status/member-containers.ts";
import { connectTo } from "../engine/engine-input.ts";
import type { ClaimedService } from "../provider/regtest/claimed-ports.ts";
import type { ClaimState } from "../provider/regtest/claim-handler.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { networkOf, readState } from "./stack-state.ts";

/**
 * All of them in the order of their declaration. Of a host that does not answer, the others keep theirs.
 * @throws Error that says what to do when the stack has made nothing
 */
export async function stackContainers(
  environment: Environment,
  stack: string,
  signal: AbortSignal,
): Promise<MemberContainer[]> {
  const { claim } = networkOf(await readState(environment, stack));
  const client = await connectTo({ engine: claim.engine }, signal, { silentToo: true });
  return await containersOf(client, claim.stackId, claim.nodes, claimedServices(claim));
}

type ClaimedMember = {
  readonly name: string;
  readonly containerName: string;
} & Partial<ClaimedService>;

/** The services that a claim has. One of version 0.1 knows the auto-miner only by its container. */
export function claimedServices({
  services = [],
  helpers = [],
}: Pick<ClaimState, "services" | "helpers">): ClaimedMember[] {
  return [...services, ...helpers.map((containerName) => ({ name: autoMinerName, containerName }))];
}
