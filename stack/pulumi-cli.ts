/** The Pulumi CLI, asked without showing what it prints. */
import type { Environment } from "../toolchain/ensure.ts";

/** Runs the CLI without showing what it prints, unless it fails. Returns its standard output. */
export async function pulumiQuietly(
  environment: Environment,
  args: readonly string[],
  input = "",
): Promise<string> {
  const { execa } = await import("execa");
  const { stdout } = await execa("pulumi", args, {
    cwd: environment.folder,
    env: environment.env,
    extendEnv: false,
    input,
  });
  return stdout;
}

/** What the CLI exits with where its backend has no such stack. */
const stackNotFound = 6;

/** Whether the CLI failed because there is no such stack. */
export function saysNoStack(error: unknown): boolean {
  return (error as { readonly exitCode?: unknown }).exitCode === stackNotFound;
}

/**
 * Whether the backend knows the stack.
 * @param stack by any name that the CLI takes: also `organization/PROJECT/dev`
 */
export async function stackExists(environment: Environment, stack: string): Promise<boolean> {
  try {
    await pulumiQuietly(environment, ["stack", "--show-name", "--stack", stack]);
    return true;
  } catch (error) {
    if (saysNoStack(error)) return false;
    throw error;
  }
}
