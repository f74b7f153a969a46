/** The resource `HostImage`: an image of the first host, brought to another one under a name of the network's own. */
import type Docker from "dockerode";

import { messageOf } from "../../base/message.ts";
import { type Pending, waitFor } from "../../base/wait.ts";
import { engineError, isConflict, isNotFound } from "../../engine/engine-error.ts";
import { engineOfHost } from "../../engine/fleet.ts";
import { imageId } from "../../bootstrap/snapshots/images.ts";
import type { OperationContext } from "../server/handler.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { inputDiff } from "./input-diff.ts";
import { ownResource } from "./own-resource.ts";

export interface HostImageInputs extends OnEngine {
  /** Id of the image. */
  readonly image: string;
  /** Name of the host that it is brought to. */
  readonly host: string;
  /** Repository of its name there, up to the name of the host; the tag tells one image from another. */
  readonly name: string;
  /** Repository of a registry by which it is brought. Left out: through this machine. */
  readonly registry?: string | undefined;
}

export interface HostImageState extends HostImageInputs {
  readonly imageId: string;
}

export const hostImageHandler = ownResource({
  importRefusal: "An image on a host cannot be imported: run `pulumi up`, which brings it.",

  timeLimit: 20 * 60,

  /** Another image is there before the old one goes, which containers may still be of. */
  diff(_id, _state, oldInputs, news) {
    return Promise.resolve({ detailed: inputDiff(oldInputs, news, ["image", "host", "name"]) });
  },

  async create(properties, context) {
    const inputs = properties as unknown as HostImageInputs;
    await carried(inputs, context);
    return { id: referenceOf(inputs), state: { ...inputs, imageId: inputs.image } };
  },

  async read(id, state, inputs, { signal }) {
    const { image, host, ...others } = state as unknown as HostImageState;
    const docker = engineOfHost(await connectTo(others, signal), host);
    return (await imageId(docker, id)) === image ? { id, state, inputs } : undefined;
  },

  async update(_id, _state, properties, context) {
    const inputs = properties as unknown as HostImageInputs;
    await carried(inputs, context);
    return { ...inputs, imageId: inputs.image };
  },

  /** One that a container was started from by hand stays for it. */
  async delete(id, state, { signal }) {
    const { host, ...others } = state as unknown as HostImageState;
    const docker = engineOfHost(await connectTo(others, signal), host);
    const removed = (): Promise<true | Pending> => removedFrom(docker, id);
    await waitFor(removed, { what: `${id} to be free on ${host}`, limitMs: freeMs, signal });
  },
});

/** Milliseconds in which a swarm has removed the containers of a service that is gone. */
const freeMs = 30_000;

async function removedFrom(docker: Docker, image: string): Promise<true | Pending> {
  try {
    await docker.getImage(image).remove();
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (!isConflict(error)) throw engineError(error);
    const filters = { ancestor: [image], label: ["com.docker.swarm.task.id"] };
    const tasks = await docker.listContainers({ all: true, filters });
    return tasks.length === 0 || { pending: `${tasks.length} containers of a swarm's tasks` };
  }
}

async function carried(inputs: HostImageInputs, context: OperationContext): Promise<void> {
  const { image, host, registry } = inputs;
  const docker = await connectTo(inputs, context.signal);
  try {
    const to = engineOfHost(docker, host);
    const pushed = registry && `${registry}:${inputs.name}-${shortId(image)}`;
    const journey = { from: engineOfHost(docker), to, name: referenceOf(inputs), pushed };
    // Of no use to a network on one engine, and a sixth of the time in which this plugin starts.
    const { carryImage } = await import("../../bootstrap/snapshots/share/carry-image.ts");
    await carryImage(image, journey, context);
  } catch (cause) {
    context.signal.throwIfAborted();
    const by = registry === undefined ? "" : ` by registry ${registry}`;
    throw new Error(`the image could not be brought to host ${host}${by}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** With its host's name: one engine has both while a host is renamed. */
function referenceOf({ name, host, image }: HostImageInputs): string {
  return `${name}-${host}:${shortId(image)}`;
}

function shortId(image: string): string {
  return image.replace("sha256:", "").slice(0, 12);
}
