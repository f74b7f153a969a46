import type { Environment } from "../toolchain/ensure.ts";
import type { NetworkInputs } from "../bootstrap/nodes/on-nodes.ts";
import type { DeclaredStack } from "./status/report.ts";
import { claimOf, existing } from "./stack-containers.ts";
import { deploymentWithSecrets, outputsOf, type StackOutputs } from "./stack-state.ts";

export interface StackState {
  readonly declared: DeclaredStack;
  /** Undefined when the bootstrap did not end. */
  readonly outputs: StackOutputs | undefined;
}

/**
 * All that is declared of a stack, by one call of Pulumi's CLI.
 * @throws Error that says what to do when there is no such stack, or nothing of it
 */
export async function declaredStack(environment: Environment, stack: string): Promise<StackState> {
  const deployment = await existing(environment, stack, deploymentWithSecrets);
  const { pending_operations: pending = [] } = deployment;
  const { stackId, rpcUser, rpcPassword, nodes, helpers } = claimOf(deployment, stack);
  const bootstrap = outputsOf(deployment, "regtest:index:Bootstrap") as
    (NetworkInputs & Pick<StackOutputs, "chain">) | undefined;
  const outputs = outputsOf(deployment, "pulumi:pulumi:Stack") as Partial<StackOutputs> | undefined;
  return {
    declared: {
      ...{ stack, stackId, rpcUser, rpcPassword },
      nodes: nodes.map(({ name, containerName, rpcPort }) => {
        const spec = bootstrap?.nodes.find((node) => node.name === name);
        return {
          name,
          role: spec?.role,
          wallets: spec?.wallets,
          container: containerName,
          endpoint: `http://127.0.0.1:${rpcPort}`,
          services: outputs?.services?.[name] ?? {},
        };
      }),
      autoMine: helpers.length > 0,
      connect: bootstrap?.connect ?? [],
      chain: bootstrap?.chain,
      snapshots: outputs?.snapshots ?? {},
      pending: pending.length,
    },
    outputs: bootstrap === undefined ? undefined : (outputs as StackOutputs),
  };
}
