import type Docker from "dockerode";

import type { NodesContext } from "../../nodes/on-nodes.ts";
import type { Funded } from "../../payments/funding.ts";
import type { NetworkMembers } from "../../services/members.ts";
import { startServices } from "../../services/start.ts";
import { goesWithStack, keptReferences, listSnapshots } from "../find.ts";
import { refuseInUse } from "../in-use.ts";
import type { Manifest } from "../manifest-schema.ts";
import { checkSnapshotName, snapshotReferences } from "../names.ts";
import { commitNetwork, startVerified } from "./commit.ts";
import { clearInterrupted } from "./interrupted.ts";

/** What a snapshot has for its stack's name when it was taken of a network without one, such as a clone. */
export const noStack = "testing";

export interface TakeOptions {
  /** Whether a snapshot of that name is overwritten. Default: no. */
  readonly force?: boolean | undefined;
}

/**
 * The network that is taken, as far as its nodes cannot tell.
 * @internal
 */
export interface Taken {
  /** Random; in the labels of all that it has on the engine. */
  readonly id: string;
  /** Name of its stack, or {@link noStack}. */
  readonly stack: string;
  readonly members: NetworkMembers;
  readonly funded: readonly Funded[];
  /** Node's name → the address that it gets again. */
  readonly addresses: Readonly<Record<string, string>>;
}

/**
 * Takes a snapshot, by a name of its own, of what the network is now. It outlives the network.
 * @param alone runs the work while nothing mines
 * @throws Error, before anything is stopped, when the name is none or another snapshot has it
 * @internal
 */
export async function takeNamed(
  docker: Docker,
  name: string,
  taken: Taken,
  { force = false }: TakeOptions,
  context: NodesContext,
  alone: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Manifest> {
  checkSnapshotName(name);
  const tell = context.info ?? context.status;
  for (const line of await clearInterrupted(docker)) tell(line);
  const replaces = await replaceable(docker, name, force);
  return await alone(() => commitNamed(docker, name, taken, replaces, context));
}

async function commitNamed(
  docker: Docker,
  name: string,
  { id: stackId, stack, members, funded, addresses }: Taken,
  replaces: Iterable<string>,
  context: NodesContext,
): Promise<Manifest> {
  const references = snapshotReferences(name, members);
  const kind = "named-snapshot";
  const details = { name, stackId, stack, funded, references, replaces, kind } as const;
  const { manifest, before } = await commitNetwork(docker, members, details, context);
  await startVerified(docker, members, before, context, addresses);
  await startServices(docker, members, context);
  return manifest;
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
