import type Docker from "dockerode";

import { engineError, isNotFound } from "../engine-error.ts";
import { enginesOf } from "../fleet.ts";

/**
 * Refuses to go on where containers of somebody else are on a network that is about to be removed: the engine
 * would refuse that, when everything else is gone already.
 * @param isOwn Whether a container of that name goes with the network.
 * @throws Error that names them and says what to do; nothing was touched
 */
export async function refuseAttached(
  docker: Docker,
  network: string,
  isOwn: (container: string) => boolean,
): Promise<void> {
  // One that spans several hosts tells on each of them of its own containers alone.
  const attached = await Promise.all(
    [...enginesOf(docker).values()].map((engine) => attachedTo(engine, network)),
  );
  const others = attached.flat().filter((name) => !isOwn(name));
  if (others.length === 0) return;
  throw new Error(
    `the network ${network} is still used by ${others.join(", ")}, so nothing was removed: ` +
      `stop ${others.length === 1 ? "it" : "them"}, or disconnect ${others.length === 1 ? "it" : "them"} ` +
      `(docker network disconnect ${network} ${others[0] ?? ""}), then run the command again`,
  );
}

/** What Docker itself has on an overlay. */
function isLoadBalancer(name: string, network: string): boolean {
  return name === `${network}-endpoint`;
}

/** Names of the running containers on a network, in order; none where there is no such network. */
async function attachedTo(docker: Docker, network: string): Promise<string[]> {
  try {
    const { Containers } = (await docker.getNetwork(network).inspect()) as {
      readonly Containers?: Readonly<Record<string, { readonly Name: string }>>;
    };
    return Object.values(Containers ?? {})
      .map(({ Name }) => Name)
      .filter((name) => !isLoadBalancer(name, network))
      .toSorted();
  } catch (error) {
    if (isNotFound(error)) return [];
    throw engineError(error);
  }
}
