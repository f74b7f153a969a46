/** Services that mine by themselves, and work during which they must pause. */
import type Docker from "dockerode";

import { engineError, isNotFound, unlessStatus } from "../../engine/engine-error.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import type { NodeSpec } from "../nodes/node.ts";

/** Seconds that it gets to end: it has nothing to write. */
const stopTimeout = 5;
/** Milliseconds for starting it again, whatever ended the work. */
const startLimit = 30_000;

/**
 * Stops what mines by itself in the nodes' stack for as long as `work` takes. A block at the
 * wrong moment would make nodes disagree that are compared, or bring back what a reset made them forget.
 * It runs afterwards, also where a run that was killed left it stopped.
 */
export async function withoutAutoMining<T>(
  docker: Docker,
  nodes: readonly NodeSpec[],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const miners = await minersOf(docker, nodes);
  try {
    await Promise.all(miners.map((miner) => stop(miner, signal)));
    return await work();
  } finally {
    await Promise.all(miners.map((miner) => start(miner)));
  }
}

async function minersOf(docker: Docker, nodes: readonly NodeSpec[]): Promise<Docker.Container[]> {
  const stackId = await stackIdOf(docker, nodes);
  if (stackId === undefined) return [];
  const filters = labelFilter({ [label.stackId]: stackId, [label.mines]: "true" });
  const found = await docker.listContainers({ all: true, filters });
  // One that has never run is started when all is there that it needs.
  return found.filter(({ State }) => State !== "created").map(({ Id }) => docker.getContainer(Id));
}

async function stackIdOf(docker: Docker, nodes: readonly NodeSpec[]): Promise<string | undefined> {
  for (const { containerId } of nodes) {
    try {
      const { Config } = await docker.getContainer(containerId).inspect();
      return Config.Labels[label.stackId];
    } catch (error) {
      if (!isNotFound(error)) throw engineError(error);
    }
  }
  return undefined;
}

async function stop(miner: Docker.Container, signal: AbortSignal): Promise<void> {
  // 304: it has ended.
  await miner.stop({ t: stopTimeout, abortSignal: signal }).catch(unlessStatus(304));
}

async function start(miner: Docker.Container): Promise<void> {
  // 304: it runs. 404: it was removed meanwhile.
  await miner.start({ abortSignal: AbortSignal.timeout(startLimit) }).catch(unlessStatus(304, 404));
}
