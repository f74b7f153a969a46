import type Docker from "dockerode";

import { execIn } from "../../engine/exec.ts";

/**
 * Asks a node by the bitcoin-cli in its own container: neither the published port, the credentials
 * nor the RPC client under test have a part in it.
 * @throws Error with what bitcoin-cli said when it fails
 */
export async function bitcoinCli(
  container: Docker.Container,
  ...args: readonly string[]
): Promise<string> {
  const { exitCode, output } = await execIn(container, ["bitcoin-cli", ...args]);
  if (exitCode !== 0) throw new Error(`bitcoin-cli ${args[0] ?? ""}: ${output}`);
  return output;
}
