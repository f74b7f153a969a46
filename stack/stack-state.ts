/** What the subcommands share that work on one stack. */
import { execa } from "execa";

import type { Funded } from "../bootstrap/payments/funding.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { projectFolder } from "../base/files/paths.ts";
import { unwrapSecrets } from "./secrets.ts";

/** The stack that is meant when nobody names one. */
export const defaultStack = "dev";

/** The outputs of index.ts that the command line uses. */
export interface StackOutputs {
  readonly endpoints: Readonly<Record<string, string>>;
  /** Node's name → what it offers beside RPC → where. */
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>;
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

/** Whether the backend knows the stack. */
export async function stackExists(environment: Environment, stack: string): Promise<boolean> {
  const stacks = await pulumiJson<readonly { name: string }[]>(environment, [
    "stack",
    "ls",
    "--json",
  ]);
  return stacks.some(({ name }) => name === stack || name.endsWith(`/${stack}`));
}

/** A stack's state, as `pulumi stack export` has it. Secrets are encrypted. */
export interface Deployment {
  readonly resources?: readonly {
    readonly type: string;
    readonly id?: string;
    readonly outputs?: Readonly<Record<string, unknown>>;
  }[];
  readonly pending_operations?: readonly unknown[];
}

/** What the stack's state has of the first resource of the type; undefined when there is none. */
export function outputsOf({ resources = [] }: Deployment, type: string): object | undefined {
  return resources.find((resource) => resource.type === type)?.outputs;
}

export async function stackDeployment(
  environment: Environment,
  stack: string,
): Promise<Deployment> {
  return (await exported(environment, stack)).deployment;
}

/** How many resources a plugin holds for the stack: those that it only groups, and the providers themselves, left out. */
export function resourceCount({ resources = [] }: Deployment): number {
  return resources.filter(({ type, id }) => id !== undefined && !type.startsWith("pulumi:")).length;
}

/** The stack's state with its secrets in clear: to be used, and shown to nobody. */
export async function deploymentWithSecrets(
  environment: Environment,
  stack: string,
): Promise<Deployment> {
  const args = ["stack", "export", "--show-secrets", "--stack", stack];
  const { deployment } = await pulumiJson<{ deployment: unknown }>(environment, args);
  return unwrapSecrets(deployment) as Deployment;
}

/** Importing a state drops its pending operations: that is what Pulumi itself advises. */
export async function clearPendingOperations(
  environment: Environment,
  stack: string,
): Promise<void> {
  const state = await exported(environment, stack);
  await pulumiQuietly(environment, ["stack", "import", "--stack", stack], JSON.stringify(state));
}

/** Runs the CLI without showing what it prints, unless it fails. Returns its standard output. */
export async function pulumiQuietly(
  environment: Environment,
  args: readonly string[],
  input = "",
): Promise<string> {
  const { stdout } = await execa("pulumi", args, {
    cwd: projectFolder,
    env: environment.env,
    extendEnv: false,
    input,
  });
  return stdout;
}

async function pulumiJson<T>(environment: Environment, args: readonly string[]): Promise<T> {
  return JSON.parse(await pulumiQuietly(environment, args)) as T;
}

async function exported(
  environment: Environment,
  stack: string,
): Promise<{ deployment: Deployment }> {
  return await pulumiJson(environment, ["stack", "export", "--stack", stack]);
}
