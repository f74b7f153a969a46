import type Docker from "dockerode";

import { cachePaths, packageFolder } from "../base/files/paths.ts";
import { findSnapshot } from "../bootstrap/snapshots/find.ts";
import { freePorts } from "../engine/free-ports.ts";
import { networkOf } from "../bootstrap/snapshots/network-of-snapshot.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { pulumiQuietly, stackExists } from "./pulumi-cli.ts";
import { defaultStack } from "./default-stack.ts";

/**
 * Configures a stack to start from a snapshot. A stack that this makes gets the snapshot's nodes, and
 * also a prefix and ports of its own, so that it can run beside the others.
 * @throws Error when there is no such snapshot
 */
export async function startFrom(
  docker: Docker,
  environment: Environment,
  stack: string,
  snapshot: string,
): Promise<void> {
  if (![packageFolder, cachePaths().project].includes(environment.folder))
    throw new Error(
      `--from is for this project's own program; in ${environment.folder}, give RegtestNetwork the argument from: "${snapshot}"`,
    );
  const found = await findSnapshot(docker, snapshot);
  const wanted: Record<string, string> = { start: "snapshot", snapshot };
  if (!(await stackExists(environment, stack))) {
    await pulumiQuietly(environment, ["stack", "init", stack]);
    const { nodes, services, connect } = networkOf(found);
    wanted["nodes"] = JSON.stringify(nodes);
    wanted["connect"] = JSON.stringify(connect);
    if (services.length > 0) wanted["services"] = JSON.stringify(services);
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
