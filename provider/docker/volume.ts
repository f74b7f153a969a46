/** `docker:index/volume:Volume`. Nothing of a volume can be changed: every difference replaces it. */
import type Docker from "dockerode";
import type { VolumeInspectInfo } from "dockerode";

import type { Properties, ResourceHandler } from "../server/handler.ts";
import { checkProperties } from "./check.ts";
import { diffProperties } from "./diff.ts";
import { orFail, orGone } from "../../engine/engine-calls.ts";
import { isNameDrawn, withName } from "./naming.ts";
import { labelList, labelMap, overlaid, plain, refreshedInputs } from "./properties.ts";
import { removeWhenFree } from "./removal.ts";
import { volumeTable, type VolumeInputs } from "./volume-rules.ts";

/** @param engine the client, once the provider is configured. */
export function volumeHandler(engine: () => Docker): ResourceHandler {
  return {
    check: (news, olds, context) =>
      Promise.resolve(withName(checkProperties("Volume", volumeTable, news), olds, context)),

    diff: (_id, state, _oldInputs, news) =>
      Promise.resolve({
        detailed: diffProperties(volumeTable, state, news),
        // A drawn name cannot collide with the old volume's, a given one does.
        deleteBeforeReplace: !isNameDrawn(news),
      }),

    plan: (inputs, state = {}) => overlaid(volumeTable, state, inputs),

    /** A volume of that name that is there already is taken over: the engine's own rule. */
    async create(properties, { signal }) {
      signal.throwIfAborted();
      const inputs = plain(properties) as VolumeInputs & { name: string };
      await orFail(
        "Unable to create volume",
        engine().createVolume({
          Name: inputs.name,
          Labels: labelMap(inputs.labels),
          ...(inputs.driver !== undefined && { Driver: inputs.driver }),
          ...(inputs.driverOpts !== undefined && { DriverOpts: inputs.driverOpts }),
        }),
      );
      const found = await orFail(
        "Unable to inspect volume",
        engine().getVolume(inputs.name).inspect(),
        signal,
      );
      return { id: found.Name, state: { ...plain(properties), ...volumeState(found) } };
    },

    async read(id, state, inputs, { signal }) {
      const found = await orGone(
        "Unable to inspect volume",
        engine().getVolume(id).inspect(),
        signal,
      );
      if (found === undefined) return undefined;
      const current = { ...plain(state ?? {}), ...volumeState(found) };
      return {
        id: found.Name,
        state: current,
        inputs: refreshedInputs(volumeTable, inputs, current),
      };
    },

    update: (_id, state, news) => Promise.resolve(overlaid(volumeTable, state, news)),

    async delete(id, _state, context) {
      const remove = (abortSignal: AbortSignal): Promise<unknown> =>
        engine().getVolume(id).remove({ force: true, abortSignal });
      await removeWhenFree({ what: "volume", inUse: [409], remove }, context);
    },
  };
}

function volumeState({ Name, Driver, Labels, Options, Mountpoint }: VolumeInspectInfo): Properties {
  return plain({
    name: Name,
    driver: Driver,
    driverOpts: Options ?? {},
    labels: labelList(Labels),
    mountpoint: Mountpoint,
  });
}
