/**
 * A note in a service's container while what it keeps is replaced: whoever does it may be killed, and half of it, or
 * what belongs to another chain than the nodes have by then, would be taken for the service's own at its next start.
 */
import type Docker from "dockerode";

import { pointing } from "../../base/troubleshooting.ts";
import { putFiles, readFileIn } from "../../engine/container-files.ts";
import { notesFolder, writtenVolumes } from "./service-container.ts";
import type { ServiceSpec } from "./service.ts";

/** In its container: what repeats the work that is being done; empty or not there: none is. */
const noteFile = `${notesFolder}/replacing`;

type Keeping = Pick<ServiceSpec, "name" | "containerId" | "state" | "files" | "confined">;

/**
 * Runs `work`, which replaces the chain of the nodes and what stopped services keep. Until it has succeeded, however
 * often it is tried, the services do not start.
 * @param repeat What a person is to do when it was interrupted, as a sentence.
 */
export async function replacingState<T>(
  docker: Docker,
  services: readonly Keeping[] = [],
  repeat: string,
  work: () => Promise<T>,
): Promise<T> {
  const keeping = services.filter(({ state }) => state.length > 0);
  const note = async (text: string): Promise<void> => {
    await Promise.all(
      keeping.map((service) => {
        const container = docker.getContainer(service.containerId);
        return putFiles(container, { [noteFile]: text }, writtenVolumes(service));
      }),
    );
  };
  await note(repeat);
  const result = await work();
  await note("");
  return result;
}

/** Whether that was interrupted for any of the services. */
export async function wasInterrupted(
  docker: Docker,
  services: readonly Keeping[] = [],
): Promise<boolean> {
  const notes = await Promise.all(services.map((service) => noteOf(docker, service)));
  return notes.some((note) => note !== "");
}

/** @throws Error that names the first of the services for which that was interrupted, and what to do */
export async function refuseInterrupted(
  docker: Docker,
  services: readonly Keeping[],
): Promise<void> {
  for (const service of services) {
    const repeat = await noteOf(docker, service);
    if (repeat === "") continue;
    const what = "a reset was interrupted while it replaced what the service keeps";
    throw new Error(pointing(`${service.name}: ${what}; ${repeat}`, "a-service-failed"));
  }
}

async function noteOf(docker: Docker, { containerId, state }: Keeping): Promise<string> {
  if (state.length === 0) return "";
  return (await readFileIn(docker.getContainer(containerId), noteFile)) ?? "";
}
