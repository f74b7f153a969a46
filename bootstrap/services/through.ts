/**
 * Whether a service has gone through its start: it was ready, and the command after its start succeeded. Whoever looks
 * later need not do it again; after another start it is to be done again, whoever started it.
 */
import type Docker from "dockerode";

import { unlessStatus } from "../../engine/engine-error.ts";
import { putFiles, readFileIn } from "../../engine/container-files.ts";
import { notesFolder, writtenVolumes } from "./service-container.ts";
import type { ServiceSpec } from "./service.ts";

/** In its container: when it was started, noted when it was through. */
const startedFile = `${notesFolder}/started`;

export async function isThrough(
  container: Docker.Container,
  service: ServiceSpec,
  { State }: Docker.ContainerInspectInfo,
): Promise<boolean> {
  if (!needsNote(service)) return true;
  return (await readFileIn(container, startedFile)) === State.StartedAt;
}

/** One that has nothing to go through needs no note. */
function needsNote({ ready, afterStart }: ServiceSpec): boolean {
  return ready !== undefined || afterStart !== undefined;
}

/** @param at when the container was started, as the engine tells it */
export async function noteThrough(
  container: Docker.Container,
  service: ServiceSpec,
  at: string,
): Promise<void> {
  if (needsNote(service)) await putFiles(container, { [startedFile]: at }, writtenVolumes(service));
}

/** A line for each service that does not run, or has not gone through its start. */
export async function servicesNotUp(
  docker: Docker,
  services: readonly ServiceSpec[] = [],
): Promise<string[]> {
  const lines = await Promise.all(
    services.map(async (service) => {
      const container = docker.getContainer(service.containerId);
      const found = await container.inspect().catch(unlessStatus(404));
      if (found === undefined) return [`${service.name}: its container is gone`];
      if (!found.State.Running || found.State.Paused)
        return [`${service.name}: its container is ${found.State.Status}`];
      return (await isThrough(container, service, found))
        ? []
        : [`${service.name}: it was started again, and has not been looked at since`];
    }),
  );
  return lines.flat();
}
