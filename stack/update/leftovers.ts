/** Removes what an interrupted run made on the engine and never recorded. */
import type Docker from "dockerode";

import { removeContainer, removeNetwork } from "../../engine/clean-up/sweep.ts";
import { unlessStatus } from "../../engine/engine-error.ts";
import { type OwnedThing, ownedThings, unrecorded } from "../../provider/regtest/leftovers.ts";
import type { RecordedResource } from "../../provider/regtest/state-file.ts";
import type { GivenNames } from "../../bootstrap/plan/given-names.ts";

/**
 * Removes what the stack made and its state does not have. Volumes alone hold what people made: they stay, for
 * the next update takes over those that it declares, unless the stack is about to be destroyed.
 * @returns a line for each
 * @throws EngineError when something of somebody else holds it
 */
export async function removeLeftovers(
  docker: Docker,
  names: GivenNames,
  resources: readonly RecordedResource[],
  { volumes }: { readonly volumes: boolean },
): Promise<string[]> {
  const removed: string[] = [];
  const things = await ownedThings(docker, names);
  for (const { docker: engine, what, id, name } of unrecorded(things, resources)) {
    if (what === "volume" && !volumes) continue;
    await removers[what](engine, what === "image" ? name : id);
    removed.push(`${what} ${name}`);
  }
  return removed;
}

/** Somebody else may be removing it, as another run. */
const unlessGone = unlessStatus(404);

const removers: Record<OwnedThing["what"], (docker: Docker, id: string) => Promise<unknown>> = {
  container: removeContainer,
  crowd: (docker, id) => docker.getService(id).remove().catch(unlessGone),
  network: removeNetwork,
  // By its name, and not by force: other names of it, and containers, are somebody else's.
  image: (docker, name) => docker.getImage(name).remove().catch(unlessStatus(404, 409)),
  volume: (docker, name) => docker.getVolume(name).remove().catch(unlessGone),
};
