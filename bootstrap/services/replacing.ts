/**
 * A note while what a service keeps is replaced: whoever does it may be killed, and half of it, or what belongs to
 * another chain than the nodes have by then, would be taken for the service's own at its next start. It is as durable
 * as what it is of: beside a volume with a name, which outlives the container, and else in the container.
 */
import type Docker from "dockerode";

import { pointing } from "../../base/troubleshooting.ts";
import { putFiles, readFileIn } from "../../engine/container-files.ts";
import { engineError, isNotFound, unlessStatus } from "../../engine/engine-error.ts";
import { engineOf } from "../../engine/fleet.ts";
import { label, stackLabels } from "../../engine/labels.ts";
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
    await Promise.all(keeping.map((service) => writeNote(docker, service, text)));
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

/** @param text empty: none */
async function writeNote(docker: Docker, service: Keeping, text: string): Promise<void> {
  const container = docker.getContainer(service.containerId);
  const engine = engineOf(container);
  try {
    const beside = await volumeBeside(container, service);
    if (beside === undefined) {
      await putFiles(container, { [noteFile]: text }, writtenVolumes(service));
    } else if (text === "") {
      await engine.getVolume(beside.Name).remove().catch(unlessStatus(404));
    } else {
      await engine.createVolume({
        ...beside,
        Labels: { ...beside.Labels, [label.replacing]: text },
      });
    }
  } catch (error) {
    throw engineError(error);
  }
}

async function noteOf(docker: Docker, service: Keeping): Promise<string> {
  if (service.state.length === 0) return "";
  const container = docker.getContainer(service.containerId);
  try {
    const beside = await volumeBeside(container, service);
    if (beside === undefined) return (await readFileIn(container, noteFile)) ?? "";
    const { Labels } = await engineOf(container).getVolume(beside.Name).inspect();
    return Labels[label.replacing] ?? "";
  } catch (error) {
    if (isNotFound(error)) return "";
    throw engineError(error);
  }
}

/**
 * The volume that the note is a label of, as names-noted.ts has it. Its name is one that the stack gave, so that it
 * goes with the stack at the latest. Undefined where the service's own have no names, and go with its container.
 */
async function volumeBeside(
  container: Docker.Container,
  { state: [folder] }: Keeping,
): Promise<{ readonly Name: string; readonly Labels: Record<string, string> } | undefined> {
  const { Mounts, Config } = await container.inspect();
  const { Name = "" } = Mounts.find(({ Destination }) => Destination === folder) ?? {};
  if (/^[0-9a-f]{64}$/.test(Name)) return undefined;
  const { [label.stackId]: id = "", [label.stack]: stack = "" } = Config.Labels;
  return { Name: `${Name}-replacing`, Labels: stackLabels(id, stack, "volume") };
}
