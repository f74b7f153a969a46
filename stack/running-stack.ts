/** A running stack, read from its state: everything needed to work on its nodes. */
import type { Funded } from "../bootstrap/payments/funding.ts";
import type { NetworkMembers } from "../bootstrap/services/members.ts";
import type { OnEngine } from "../engine/engine-input.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { networkOf, notUp, readState } from "./stack-state.ts";

export interface RunningStack extends OnEngine {
  readonly inputs: NetworkMembers;
  /** Name of its Docker network. */
  readonly network: string;
  readonly stackId: string;
  readonly funded: readonly Funded[];
  /** Node's name → its address. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The image of its own snapshot, or of the one it was started from, of any node. */
  readonly snapshotImage: string;
  /** Whether a block at the present time comes on top of a snapshot. */
  readonly freshBlock: boolean;
}

/** @throws Error that says what to do when the stack is not up */
export async function runningStack(environment: Environment, stack: string): Promise<RunningStack> {
  const { claim, bootstrap, snapshots, addresses } = networkOf(await readState(environment, stack));
  if (bootstrap === undefined) throw notUp(stack);
  const { nodes, services, connect, rpcUser, rpcPassword, timeout, funded, crowd } = bootstrap;
  return {
    inputs: { nodes, services, connect, rpcUser, rpcPassword, timeout, crowd },
    network: claim.network,
    stackId: claim.stackId,
    funded,
    addresses,
    snapshotImage: Object.values(snapshots)[0]?.id ?? "",
    freshBlock: claim.freshBlock === true,
    engine: claim.engine,
  };
}
