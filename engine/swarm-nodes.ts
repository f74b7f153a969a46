/** What a swarm keeps for members that are down. */
import type Docker from "dockerode";

import { engineError } from "./engine-error.ts";

interface Task {
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly NetworksAttachments?: readonly {
    readonly Network: { readonly Spec: { Name: string } };
  }[];
}

interface SwarmNode {
  readonly ID: string;
  readonly Description: { readonly Hostname: string };
  readonly Status: { readonly State: string };
}

/**
 * Host names of members that are down while containers of theirs are attached to an overlay, as the swarm sees it: it
 * does not let the network go before they are back or removed from it.
 * @param docker A manager.
 */
export async function downMembersOn(docker: Docker, network: string): Promise<string[]> {
  try {
    // Containers that joined it by themselves are listed only on demand.
    const filters = { runtime: ["attachment", "container"] } as Record<string, string[]>;
    const [nodes, tasks] = (await Promise.all([
      docker.listNodes(),
      docker.listTasks({ filters }),
    ])) as [readonly SwarmNode[], readonly Task[]];
    const holders = new Set(
      tasks
        .filter(({ NetworksAttachments = [] }) =>
          NetworksAttachments.some(({ Network }) => Network.Spec.Name === network),
        )
        .map(({ NodeID }) => NodeID),
    );
    return nodes
      .filter(({ ID, Status }) => Status.State === "down" && holders.has(ID))
      .map(({ Description }) => Description.Hostname);
  } catch (error) {
    throw engineError(error);
  }
}
