/** What the subcommands share that work on one stack. */
import { execa } from "execa";

import type { Environment } from "../toolchain/ensure.ts";
import { projectFolder } from "../toolchain/paths.ts";

/** The stack that is meant when nobody names one. */
export const defaultStack = "dev";

/** The outputs of index.ts that the command line uses. */
export interface StackOutputs {
  readonly endpoints: Readonly<Record<string, string>>;
  readonly rpcUser: string;
  readonly chain: {
    readonly height: number;
    readonly tip: string;
    readonly aliceAddress: string;
    readonly fundingTxid: string;
    readonly balances: Readonly<Record<string, string>>;
  };
  readonly snapshots: Readonly<Record<string, { readonly image: string; readonly id: string }>>;
  readonly containers: Readonly<
    Record<string, { readonly name: string; readonly id: string; readonly ip: string }>
  >;
}

/** Whether the backend knows the stack. */
export async function stackExists(environment: Environment, stack: string): Promise<boolean> {
  const stacks = await pulumiJson<readonly { name: string }[]>(environment, ["stack", "ls"]);
  return stacks.some(({ name }) => name === stack || name.endsWith(`/${stack}`));
}

/** The stack's outputs, without its secrets. */
export async function stackOutputs(environment: Environment, stack: string): Promise<StackOutputs> {
  return await pulumiJson<StackOutputs>(environment, ["stack", "output", "--stack", stack]);
}

async function pulumiJson<T>(environment: Environment, args: readonly string[]): Promise<T> {
  const { stdout } = await execa("pulumi", [...args, "--json"], {
    cwd: projectFolder,
    env: environment.env,
    extendEnv: false,
  });
  return JSON.parse(stdout) as T;
}
