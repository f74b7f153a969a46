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

/** Whether the backend knows the stack. */
export async function stackExists(environment: Environment, stack: string): Promise<boolean> {
  const stacks = JSON.parse(
    await pulumiQuietly(environment, ["stack", "ls", "--json"]),
  ) as readonly { name: string }[];
  return stacks.some(({ name }) => name === stack || name.endsWith(`/${stack}`));
}
