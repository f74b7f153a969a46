import type { Environment } from "../toolchain/ensure.ts";
import type { NetworkDeclaration } from "../bootstrap/status/report.ts";
import { onThisMachine } from "../engine/host.ts";
import type { EngineInput } from "../engine/engine-input.ts";
import { claimedServices } from "./stack-containers.ts";
import {
  networkOf,
  type NetworkState,
  readState,
  type StackOutputs,
  type StackState,
} from "./stack-state.ts";

export interface DeclaredState {
  readonly declared: NetworkDeclaration;
  /** What it is on. Undefined: the engine that all commands work with. */
  readonly engine: EngineInput | undefined;
  /** Undefined when the bootstrap did not end. */
  readonly outputs: StackOutputs | undefined;
}

/**
 * All that is declared of a stack, by one call of Pulumi's CLI.
 * @throws Error that says what to do when there is no such stack, or nothing of it
 */
export async function declaredStack(
  environment: Environment,
  stack: string,
): Promise<DeclaredState> {
  const state = await readState(environment, stack);
  return declaredNetwork(state, networkOf(state));
}

/** The same of one of its networks. */
export function declaredNetwork(
  { stack, pending }: StackState,
  { claim, bootstrap, services, snapshots, outputs }: NetworkState,
): DeclaredState {
  const { stackId, rpcUser, rpcPassword, nodes } = claim;
  return {
    declared: {
      ...{ name: stack, id: stackId, rpcUser, rpcPassword },
      nodes: nodes.map(({ name, host, containerName, rpcPort, reach = onThisMachine }) => {
        const spec = bootstrap?.nodes.find((node) => node.name === name);
        return {
          name,
          ...(host !== undefined && { host }),
          role: spec?.role,
          wallets: spec?.wallets,
          container: containerName,
          endpoint: `http://${reach.address}:${rpcPort}`,
          // Called services in the outputs of version 0.1.
          ports:
            (outputs.ports ?? (outputs as { services?: StackOutputs["ports"] }).services)?.[name] ??
            {},
        };
      }),
      services: claimedServices(claim).map(
        ({ name, host, containerName, ports = [], reach = onThisMachine }) => {
          const spec = services?.find((service) => service.name === name);
          const scheme = (port: string): string =>
            spec?.ports.find(({ name }) => name === port)?.scheme ?? "http";
          return {
            name,
            ...(host !== undefined && { host }),
            ...{ container: containerName, spec },
            ports: Object.fromEntries(
              ports.map(({ name, port }) => [name, `${scheme(name)}://${reach.address}:${port}`]),
            ),
          };
        },
      ),
      ...(claim.crowd && { crowd: claim.crowd }),
      freshBlock: claim.freshBlock === true,
      connect: bootstrap?.connect ?? [],
      chain: bootstrap?.chain,
      snapshots,
      pending,
    },
    engine: claim.engine,
    outputs: bootstrap === undefined ? undefined : (outputs as StackOutputs),
  };
}
