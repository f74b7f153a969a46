import type Docker from "dockerode";

import { startServices } from "../../bootstrap/services/start.ts";
import { withoutAutoMining } from "../../bootstrap/services/without-auto-mining.ts";
import type { NodesContext } from "../../bootstrap/nodes/on-nodes.ts";
import { goesWithStack, keptReferences, listSnapshots } from "../../bootstrap/snapshots/find.ts";
import type { Manifest } from "../../bootstrap/snapshots/manifest-schema.ts";
import { checkSnapshotName, snapshotReferences } from "../../bootstrap/snapshots/names.ts";
import { commitNetwork, startVerified } from "../../bootstrap/snapshots/take/commit.ts";
import { clearInterrupted } from "../../bootstrap/snapshots/take/interrupted.ts";
import { connectEngine } from "../../engine/client.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { runningStack } from "../running-stack.ts";
import { refuseInUse } from "./remove-snapshot.ts";

export interface TakeOptions {
  readonly stack: string;
  /** Whether a snapshot of that name is overwritten. Default: no. */
  readonly force?: boolean;
}

/**
 * Takes a snapshot, by a name of its own, of what the stack is now. It outlives the stack.
 * @param tell gets a line for each thing that an interrupted command left, and that was repaired
 * @throws Error, before a node is stopped, when the name is none or another snapshot has it
 */
export async function takeNamedSnapshot(
  environment: Environment,
  name: string,
  { stack, force = false }: TakeOptions,
  { signal, status }: NodesContext,
  tell: (line: string) => void,
): Promise<Manifest> {
  checkSnapshotName(name);
  status(`open stack ${stack}`);
  const { inputs: network, stackId, funded, addresses } = await runningStack(environment, stack);
  const docker = await connectEngine({ signal });
  for (const line of await clearInterrupted(docker)) tell(line);
  const references = snapshotReferences(name, network);
  const replaces = await replaceable(docker, name, force);
  const kind = "named-snapshot";
  const details = { name, stackId, stack, funded, references, replaces, kind } as const;
  const context = { signal, status };
  return await withoutAutoMining(docker, network.nodes, signal, async () => {
    const { manifest, before } = await commitNetwork(docker, network, details, context);
    await startVerified(docker, network, before, context, addresses);
    await startServices(docker, network, context);
    return manifest;
  });
}

/** The references of the snapshot that has the name, which the new one takes. */
async function replaceable(
  docker: Docker,
  name: string,
  force: boolean,
): Promise<Iterable<string>> {
  const same = (await listSnapshots(docker)).find((snapshot) => snapshot.name === name);
  if (same !== undefined && "kind" in same && goesWithStack(same)) {
    throw new Error(`"${name}" is stack ${same.stack}'s own snapshot; choose another name`);
  }
  if (same !== undefined && !force) {
    throw new Error(`there is a snapshot "${name}" already; --force overwrites it`);
  }
  const replaced = await keptReferences(docker, name);
  if (replaced.size > 0) await refuseInUse(docker, name, replaced.values());
  return replaced.keys();
}
