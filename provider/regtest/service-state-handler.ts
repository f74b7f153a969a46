/**
 * The resource `ServiceState`: volumes of a service filled from its image in a snapshot, before its container is made,
 * which would fill them with what its image has there.
 */
import { engineOfHost } from "../../engine/fleet.ts";
import { fillVolumes } from "../../bootstrap/services/state.ts";
import type { OperationContext } from "../server/handler.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { inputDiff } from "./input-diff.ts";
import { ownResource } from "./own-resource.ts";

export interface ServiceStateInputs extends OnEngine {
  /** Id of the snapshot's image. */
  readonly image: string;
  /** Folders, in the snapshot's order. */
  readonly state: readonly string[];
  /** Folder → name of its volume. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Name of the host that the volumes are on. Left out: the only one. */
  readonly host?: string | undefined;
  /** Of the container that this takes, for a moment. */
  readonly labels: Readonly<Record<string, string>>;
}

export const serviceStateHandler = ownResource({
  importRefusal: "A service's state cannot be imported: run `pulumi up`, which fills it.",

  diff(_id, _state, oldInputs, news) {
    return Promise.resolve({ detailed: inputDiff(oldInputs, news, []) });
  },

  async create(inputs, context) {
    await filled(inputs, context);
    return { id: "filled", state: inputs };
  },

  /** Volumes that have something stay as they are. */
  async update(_id, _state, news, context) {
    await filled(news, context);
    return news;
  },
});

async function filled(properties: object, { signal }: OperationContext): Promise<void> {
  const inputs = properties as ServiceStateInputs;
  const docker = engineOfHost(await connectTo(inputs, signal), inputs.host);
  await fillVolumes(docker, inputs.image, inputs, inputs.volumes, inputs.labels);
}
