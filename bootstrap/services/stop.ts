/** Stopping the services of a network, before its nodes. */
import type Docker from "dockerode";

import { allEnded } from "../../base/all-ended.ts";
import { engineError, unlessStatus } from "../../engine/engine-error.ts";
import { logTail } from "../../engine/log.ts";
import { tailLines } from "../containers/container-exit.ts";
import type { NodesContext } from "../nodes/on-nodes.ts";
import { inOrder, type ServiceSpec } from "./service.ts";
import { ServiceError } from "./service-error.ts";

/** Stops each service that runs, before those that it follows. */
export async function stopServices(
  docker: Docker,
  services: readonly ServiceSpec[] = [],
  { signal, status }: NodesContext,
): Promise<void> {
  if (services.length === 0) return;
  status("stop the services");
  const stopping = new Map<string, Promise<void>>();
  for (const service of inOrder(services).toReversed()) {
    const { name, containerId, stopTimeout } = service;
    const followers = services.filter(({ follows }) => follows.includes(name));
    const before = followers.flatMap(({ name }) => stopping.get(name) ?? []);
    const container = docker.getContainer(containerId);
    stopping.set(
      name,
      Promise.all(before).then(async () => {
        await container.stop({ t: stopTimeout, abortSignal: signal }).catch(unlessStatus(304, 404));
      }),
    );
  }
  try {
    await allEnded(stopping.values());
  } catch (error) {
    throw engineError(error);
  }
}

/** Exit code of what was killed. */
const killed = 137;

/** @throws Error that names a service that was killed since it did not end by itself: what it keeps may be half-written */
export async function refuseKilled(
  docker: Docker,
  services: readonly ServiceSpec[] = [],
): Promise<void> {
  for (const { name, containerId, stopTimeout, state } of services) {
    if (state.length === 0) continue;
    const container = docker.getContainer(containerId);
    const { State } = await container.inspect();
    if (State.ExitCode !== killed) continue;
    const detail = `it did not stop within ${stopTimeout} s and was killed; give it longer with stopTimeout`;
    throw new ServiceError(name, detail, await logTail(container, tailLines));
  }
}
