import type Docker from "dockerode";

import { type Pending, waitFor } from "../../base/wait.ts";
import { engineError, isNotFound } from "../../engine/engine-error.ts";
import { type CrowdService, tasksOf } from "../../engine/swarm-nodes.ts";
import type { CrowdSpec } from "./crowd.ts";
import type { NodesContext } from "./on-nodes.ts";

/** Milliseconds in which all of them have ended: they write nothing. */
const endMs = 60_000;

/**
 * Takes a crowd away for as long as `work` takes: its peers would bring back the blocks that nodes are to forget.
 * Afterwards there are as many as before, without any block.
 */
export async function withoutCrowd<T>(
  docker: Docker,
  crowd: CrowdSpec | undefined,
  { signal, status }: NodesContext,
  work: () => Promise<T>,
): Promise<T> {
  if (crowd === undefined || !(await scaled(docker, crowd.service, 0))) return await work();
  try {
    status("end the crowd");
    const ended = async (): Promise<true | Pending> => {
      const running = (await tasksOf(docker, crowd.service)).filter(({ isRunning }) => isRunning);
      return running.length === 0 || { pending: `${running.length} of them run` };
    };
    await waitFor(ended, { what: "the crowd to end", limitMs: endMs, signal });
    return await work();
  } finally {
    await scaled(docker, crowd.service, crowd.replicas);
  }
}

/** @returns whether there is such a service */
async function scaled(docker: Docker, name: string, replicas: number): Promise<boolean> {
  try {
    const service = docker.getService(name);
    const { Spec, Version } = (await service.inspect()) as CrowdService;
    const Mode = { Replicated: { Replicas: replicas } };
    await service.update({ ...Spec, Mode, version: Version.Index });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw engineError(error);
  }
}
