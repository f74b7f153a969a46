/** Removing what an interrupted run made on the engine and never recorded. */
import type Docker from "dockerode";

import { type OwnedThing, ownedThings, unrecorded } from "../bootstrap/leftovers.ts";
import { type Deployment, outputsOf } from "./stack.ts";

/** The stack's random id; `undefined` when the stack made nothing yet. */
export function stackIdOf(deployment: Deployment): string | undefined {
  const claim = outputsOf(deployment, "regtest:index:Claim") as
    { readonly stackId?: string } | undefined;
  return claim?.stackId;
}

/**
 * Removes what carries the stack's id and is not in its state.
 * @returns a line for each
 */
export async function removeLeftovers(
  docker: Docker,
  stackId: string,
  { resources = [] }: Deployment,
): Promise<string[]> {
  const removed: string[] = [];
  for (const { what, id, name } of unrecorded(await ownedThings(docker, stackId), resources)) {
    await removers[what](docker, id);
    removed.push(`${what} ${name}`);
  }
  return removed;
}

const removers: Record<OwnedThing["what"], (docker: Docker, id: string) => Promise<unknown>> = {
  container: (docker, id) => docker.getContainer(id).remove({ force: true, v: true }),
  network: (docker, id) => docker.getNetwork(id).remove(),
  image: (docker, id) => docker.getImage(id).remove({ force: true }),
};
