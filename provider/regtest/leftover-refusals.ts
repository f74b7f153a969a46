/** Refuses to continue if an interrupted run left things that are not in the stack's state. */
import type Docker from "dockerode";

import type { CheckFailure, OperationContext } from "../server/handler.ts";
import { isPassingName } from "../../engine/labels.ts";
import { ownedThings, unrecorded } from "./leftovers.ts";
import { recordedResources, stackOf } from "./state-file.ts";
import type { GivenNames } from "../../bootstrap/plan/given-names.ts";

/**
 * A failure for each container and network of the stack's that is not in its state: their names are
 * taken, and the engine's own error would not say by whom. Where the state is in no file, the engine is left to speak.
 */
export async function leftoverRefusals(
  docker: Docker,
  names: GivenNames,
  { urn }: Pick<OperationContext, "urn">,
): Promise<CheckFailure[]> {
  const things = await ownedThings(docker, names);
  // Those of containers and networks alone are in the way, and of these not what has a random name.
  const named = things.filter(
    ({ what, name }) =>
      what === "network" || what === "crowd" || (what === "container" && !isPassingName(name)),
  );
  if (named.length === 0) return [];
  const resources = await recordedResources(urn);
  if (resources === undefined) return [];
  const { stack } = stackOf(urn);
  return unrecorded(named, resources).map(({ what, name }) => ({
    property: what === "container" ? "nodes" : what,
    reason:
      `prefix: the ${what} ${name} was left by an interrupted run and is not in this stack's state; ` +
      `npm run up -- --stack ${stack} removes it`,
  }));
}
