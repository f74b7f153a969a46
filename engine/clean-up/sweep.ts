import { setTimeout as sleep } from "node:timers/promises";

import type Docker from "dockerode";

import { engineError, isConflict, isNotFound, unlessStatus } from "../engine-error.ts";
import {
  isPassingName,
  isTemporaryName,
  isTemporaryReference,
  label,
  labelFilter,
} from "../labels.ts";
import { isAbandoned } from "./owner.ts";

const unlessGone = unlessStatus(404);

/**
 * Removes the containers, running or not, and then the networks that carry all of these labels and have a
 * name as temporary things have it: what somebody committed or started from them has their labels too.
 * @returns how many there were
 */
export async function removeTemporary(
  docker: Docker,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  return await removeMatching(docker, labelFilter(labels), isTemporaryName);
}

/** Looks in a row that must find nothing. */
const emptyLooks = 3;
const pauseMs = 1_000;
/** Looks altogether: an engine that is down, or that refuses, is not asked for ever. */
const mostLooks = 60;

/**
 * Repeats a removal until nothing comes any more: what the engine was making when whoever asked for it ended, or gave
 * up, shows a little later.
 * @param remove returns how many things there were; undefined when it could not look
 * @param ref whether the process lasts as long as this does
 */
export async function removeLateOnes(
  remove: () => Promise<number | undefined>,
  { ref = true } = {},
): Promise<void> {
  for (let look = 0, empty = 0; look < mostLooks && empty < emptyLooks; look++) {
    if (look > 0) await sleep(pauseMs, undefined, { ref });
    empty = (await remove()) === 0 ? empty + 1 : 0;
  }
}

/** The same as {@link removeTemporary} whatever the names, for labels that nobody else can have. */
export async function removeContainersAndNetworks(
  docker: Docker,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  return await removeMatching(docker, labelFilter(labels), () => true);
}

/**
 * Removes what processes that are gone left behind, and what has outlived its time. What belongs to
 * a process that lives is never touched, whoever's it is.
 */
export async function sweepAbandoned(docker: Docker): Promise<void> {
  // Everything that is there for a time has a time at which it goes.
  const filters = { label: [label.expires] };
  await removeMatching(
    docker,
    filters,
    (name, labels) => isTemporaryName(name) && isAbandoned(labels),
  );
}

/**
 * Removes the images that processes which are gone built for a time.
 * @param now Milliseconds since 1970.
 */
export async function sweepAbandonedImages(docker: Docker, now = Date.now()): Promise<void> {
  const images = await docker.listImages({ filters: { label: [label.expires] } });
  for (const { Labels, RepoTags } of images) {
    if (!isAbandoned(Labels, now)) continue;
    for (const name of (RepoTags ?? []).filter(isTemporaryReference)) {
      await docker.getImage(name).remove().catch(unlessStatus(404, 409));
    }
  }
}

async function removeMatching(
  docker: Docker,
  filters: { readonly label: string[] },
  matches: (name: string, labels: Readonly<Record<string, string>>) => boolean,
): Promise<number> {
  const listed = await docker.listContainers({ all: true, filters });
  const containers = listed.filter(({ Names, Labels }) =>
    matches(Names[0]?.slice(1) ?? "", Labels),
  );
  const isPassing = ({ Names }: Docker.ContainerInfo): boolean =>
    isPassingName(Names[0]?.slice(1) ?? "");
  const removed: PromiseSettledResult<void>[] = [];
  // One that works on the volumes of another goes first: the engine leaves a volume that is in use, without a word.
  for (const some of [containers.filter(isPassing), containers.filter((one) => !isPassing(one))])
    removed.push(...(await Promise.allSettled(some.map(({ Id }) => removeContainer(docker, Id)))));
  const networks = (await docker.listNetworks({ filters })).filter(({ Name, Labels }) =>
    matches(Name, Labels ?? {}),
  );
  removed.push(...(await Promise.allSettled(networks.map(({ Id }) => removeNetwork(docker, Id)))));
  // One that cannot be removed keeps no other.
  const failures = removed
    .filter(({ status }) => status === "rejected")
    .map((failed) => (failed as PromiseRejectedResult).reason as unknown);
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) {
    const told = `${failures.length} containers and networks could not be removed`;
    throw new AggregateError(failures, told);
  }
  return containers.length + networks.length;
}

/** Removes a container, whoever else is removing it too, and waits until it is gone. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (isNotFound(error)) return;
    if (!isConflict(error)) throw engineError(error);
    // Somebody else is removing it: its network can go when it is gone.
    await container.wait({ condition: "removed" }).catch(unlessGone);
  }
}

/** Removes a network, unless somebody else has. @throws EngineError when something is on it */
export async function removeNetwork(docker: Docker, id: string): Promise<void> {
  await docker.getNetwork(id).remove().catch(unlessGone);
}
