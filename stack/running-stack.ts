/** A running stack as its state knows it: what is needed to work on its nodes. */
import type { Funded } from "../bootstrap/payments/funding.ts";
import type { NetworkInputs } from "../bootstrap/nodes/on-nodes.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { claimOf, existing, notUp } from "./stack-containers.ts";
import { deploymentWithSecrets, outputsOf, type StackOutputs } from "./stack-state.ts";

export interface RunningStack {
  readonly network: NetworkInputs;
  readonly stackId: string;
  readonly funded: readonly Funded[];
  /** Node's name → its address. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The image of its own snapshot, or of the one it was started from, of any node. */
  readonly snapshotImage: string;
}

/** @throws Error that says what to do when the stack is not up */
export async function runningStack(environment: Environment, stack: string): Promise<RunningStack> {
  const deployment = await existing(environment, stack, deploymentWithSecrets);
  const { stackId } = claimOf(deployment, stack);
  const bootstrap = outputsOf(deployment, "regtest:index:Bootstrap");
  if (bootstrap === undefined) throw notUp(stack);
  const { containers, snapshots } = outputsOf(deployment, "pulumi:pulumi:Stack") as StackOutputs;
  const { funded, ...network } = bootstrap as NetworkInputs & { funded: Funded[] };
  const addresses = Object.entries(containers).map(([name, { ip }]) => [name, ip] as const);
  return {
    network,
    stackId,
    funded,
    addresses: Object.fromEntries(addresses),
    snapshotImage: Object.values(snapshots)[0]?.id ?? "",
  };
}
