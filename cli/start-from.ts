import { freePorts } from "../engine/free-ports.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { defaultStack, pulumiQuietly, stackExists } from "./stack.ts";

/**
 * Configures a stack to start from a snapshot. A stack that this makes also gets a prefix and ports
 * of its own, so that it can run beside the others.
 */
export async function startFrom(
  environment: Environment,
  stack: string,
  snapshot: string,
): Promise<void> {
  const wanted: Record<string, string> = { start: "snapshot", snapshot };
  if (!(await stackExists(environment, stack))) {
    await pulumiQuietly(environment, ["stack", "init", stack]);
    if (stack !== defaultStack) {
      const [alice, miner] = await freePorts(2);
      wanted["prefix"] = `${stack.toLowerCase()}-`;
      wanted["aliceRpcPort"] = String(alice);
      wanted["minerRpcPort"] = String(miner);
    }
  }
  const pairs = Object.entries(wanted).flatMap(([key, value]) => [
    "--plaintext",
    `${key}=${value}`,
  ]);
  await pulumiQuietly(environment, ["config", "set-all", "--stack", stack, ...pairs]);
}
