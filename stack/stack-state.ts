/** A stack's state in the one shape in which `readState` gives it to all readers. */
import { unwrapSecrets } from "./secrets.ts";
import { stateInFile } from "./state-in-file.ts";
import { nameOf, networkType } from "./urn.ts";
import { pulumiQuietly, saysNoStack } from "./pulumi-cli.ts";
import type { Funded } from "../bootstrap/payments/funding.ts";
import type { CommittedImage } from "../bootstrap/snapshots/committed-image.ts";
import type { ServiceSpec } from "../bootstrap/services/service.ts";
import type { BootstrapState } from "../provider/regtest/bootstrap-handler.ts";
import type { ClaimState } from "../provider/regtest/claim-handler.ts";
import type { ServicesState } from "../provider/regtest/services-handler.ts";
import type { Deployment, RecordedResource } from "../provider/regtest/state-file.ts";
import type { Environment } from "../toolchain/ensure.ts";

/** A network as people name it: `dev`, or `dev:btc` for one of several networks in the stack. */
export function stackAndNetwork(named: string): {
  readonly stack: string;
  readonly network: string | undefined;
} {
  const [stack = "", network] = named.split(":", 2);
  return { stack, network };
}

/** The outputs of a network that the command line uses. */
export interface StackOutputs {
  readonly endpoints: Readonly<Record<string, string>>;
  /** Node's name → what it offers beside RPC → where. */
  readonly ports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly rpcUser: string;
  readonly chain: {
    readonly height: number;
    readonly tip: string;
    /** Node's name → balance of the wallet that is named like it. */
    readonly balances: Readonly<Record<string, string>>;
    /** Node's name → balances of all its wallets. */
    readonly wallets: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly funded: readonly Funded[];
  };
  readonly snapshots: Readonly<Record<string, { readonly image: string; readonly id: string }>>;
  readonly containers: Readonly<
    Record<string, { readonly name: string; readonly id: string; readonly ip: string }>
  >;
}

/** With its secrets in clear: to be used, and shown to nobody. */
export interface StackState {
  readonly stack: string;
  /** Name of the network that is meant. Undefined: the only one. */
  readonly network?: string | undefined;
  readonly resources: readonly RecordedResource[];
  /** What the stack has made, or begun to make. */
  readonly networks: readonly NetworkState[];
  /** What an update was doing when it was interrupted. */
  readonly pending: number;
}

/** What a state has of one network. */
export interface NetworkState {
  /** Of its component in the program; of the stack, where it is no part of one. */
  readonly name: string;
  readonly claim: ClaimState;
  /** Undefined when the bootstrap did not end. */
  readonly bootstrap: BootstrapState | undefined;
  /** Those that were started; undefined when that did not end, or there are none. */
  readonly services: readonly ServiceSpec[] | undefined;
  /** Node's name → the image of its own snapshot, or of the one that it was started from. */
  readonly snapshots: Readonly<Record<string, CommittedImage>>;
  /** Node's name → its address on the stack's network. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Of its component, or of the stack, as of the last update that reached their end. */
  readonly outputs: Partial<StackOutputs>;
}

/** What `pulumi stack export` prints, as far as it is read. */
export interface Exported {
  readonly deployment: Deployment;
}

/**
 * All that is recorded of a stack, from its file, or by one call of Pulumi's CLI where that cannot be read here.
 * @param named see {@link stackAndNetwork}
 * @throws Error that says how to make the stack when it does not exist
 */
export async function readState(environment: Environment, named: string): Promise<StackState> {
  const { stack, network } = stackAndNetwork(named);
  const inFile = await stateInFile(environment, stack);
  if (inFile !== undefined) return { ...stateOf(stack, inFile.exported, inFile.decrypt), network };
  const args = ["stack", "export", "--show-secrets", "--stack", stack];
  try {
    const exported = JSON.parse(await pulumiQuietly(environment, args)) as Exported;
    return { ...stateOf(stack, exported), network };
  } catch (error) {
    if (!saysNoStack(error)) throw error;
    throw new Error(`there is no stack ${stack}: npm run up -- --stack ${stack} creates it`);
  }
}

/** @param decrypt left out when the secrets are in clear */
export function stateOf(
  stack: string,
  exported: Exported,
  decrypt?: (ciphertext: string) => string,
): StackState {
  const { resources = [], pending_operations: pending = [] } = exported.deployment;
  const clear = unwrapSecrets(resources, decrypt) as readonly RecordedResource[];
  const live = clear.filter((resource) => resource.delete !== true);
  return {
    stack,
    resources: clear,
    networks: live
      .filter(({ type }) => type === "regtest:index:Claim")
      .map((claim) => networkState(stack, claim, live)),
    pending: pending.length,
  };
}

/** A network is what stands below one component: its claim, and what is declared beside it. */
function networkState(
  stack: string,
  { parent = "", outputs: claimed = {} }: RecordedResource,
  resources: readonly RecordedResource[],
): NetworkState {
  const recorded = (type: string): object | undefined =>
    resources.find((other) => other.parent === parent && other.type === `regtest:index:${type}`)
      ?.outputs;
  const bootstrap = recorded("Bootstrap") as BootstrapState | undefined;
  const component = resources.find(({ urn }) => urn === parent);
  const isNamed = component?.type === networkType;
  const { images = {}, addresses = bootstrap?.addresses ?? {} } = (recorded("Snapshot") ??
    recorded("Source") ??
    {}) as { images?: NetworkState["snapshots"]; addresses?: NetworkState["addresses"] };
  const claim = claimed as unknown as ClaimState;
  return {
    name: isNamed ? nameOf(parent) : stack,
    outputs: component?.outputs ?? {},
    // A state of version 0.1 has no prefix of its own.
    claim: { ...claim, prefix: prefixOf(claim) },
    bootstrap,
    services: (recorded("Services") as ServicesState | undefined)?.services,
    snapshots: images,
    addresses,
  };
}

function prefixOf({ prefix, network }: Partial<ClaimState>): string {
  return prefix ?? network?.replace(/regtest-network$/, "") ?? "";
}

/**
 * The network that is meant, see {@link stackAndNetwork}.
 * @throws Error that says what to do when there is none, or several to choose from
 */
export function networkOf({ stack, networks, network: name }: StackState): NetworkState {
  if (networks.length === 0) throw notUp(stack);
  const [found, ...others] = networks.filter(
    (network) => name === undefined || network.name === name,
  );
  if (found !== undefined && others.length === 0) return found;
  const names = networks.map((network) => network.name).join(", ");
  throw new Error(
    found === undefined
      ? `stack ${stack} has no network ${name}; its networks are ${names}`
      : `stack ${stack} has several networks (${names}): name one, as in --stack ${stack}:${found.name}`,
  );
}

export function notUp(stack: string): Error {
  return new Error(`stack ${stack} is not up: npm run up -- --stack ${stack}`);
}

/** How many resources a plugin holds for the stack: those that it only groups, and the providers themselves, left out. */
export function resourceCount(resources: StackState["resources"]): number {
  return resources.filter(({ type, id }) => id !== undefined && !type.startsWith("pulumi:")).length;
}

/** Importing a state drops its pending operations: that is what Pulumi itself advises. */
export async function clearPendingOperations(
  environment: Environment,
  stack: string,
): Promise<void> {
  await changeState(environment, stack, (state) => state);
}

/** @param change of the state as the CLI exports it, with its secrets encrypted */
export async function changeState(
  environment: Environment,
  stack: string,
  change: (state: string) => string,
): Promise<void> {
  const state = await pulumiQuietly(environment, ["stack", "export", "--stack", stack]);
  await pulumiQuietly(environment, ["stack", "import", "--stack", stack], change(state));
}
