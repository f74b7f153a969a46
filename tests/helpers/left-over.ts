/** What may be left on an engine that several processes use: told by whose it is, or since when it is there. */
import type Docker from "dockerode";

import { waitFor } from "../../base/wait.ts";
import { ownOwner } from "../../engine/clean-up/owner.ts";
import { label, labelFilter } from "../../engine/labels.ts";

/** Containers, networks and images that say to go with the process. */
export async function ownedBy(docker: Docker, pid: number): Promise<string[]> {
  const filters = { label: [label.owner] };
  const [containers, networks, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listImages({ filters }),
  ]);
  const things = [
    ...containers.map(({ Names, Labels }) => ({ name: Names[0] ?? "", labels: Labels })),
    ...networks.map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
    ...images.map(({ Id, RepoTags, Labels }) => ({ name: RepoTags?.[0] ?? Id, labels: Labels })),
  ];
  return things.filter(({ labels }) => isOwner(labels, pid)).map(({ name }) => name);
}

/** Labels of what goes with this process. */
export const ownLabels: Readonly<Record<string, string>> = { [label.owner]: ownOwner };

/** Ids of the containers that go with this process. */
export async function ownContainers(docker: Docker): Promise<string[]> {
  const filters = labelFilter(ownLabels);
  return (await docker.listContainers({ all: true, filters })).map(({ Id }) => Id);
}

/** @param labels of a thing, or what an event tells of one */
export function isOwner(labels: Readonly<Record<string, string>>, pid: number): boolean {
  return (labels[label.owner] ?? "").includes(`"pid":${pid},`);
}

/** Volumes without a name that no container has: a container was removed without them. */
export async function looseVolumes(docker: Docker): Promise<Set<string>> {
  const { Volumes } = await docker.listVolumes({ filters: { dangling: ["true"] } });
  // The engine says null for none.
  const names = ((Volumes as typeof Volumes | null) ?? []).map(({ Name }) => Name);
  return new Set(names.filter((name) => /^[0-9a-f]{64}$/.test(name)));
}

/** Waits until there are no others than before: other tests may be removing theirs at this moment. */
export async function noMoreLooseVolumes(docker: Docker, before: Set<string>): Promise<void> {
  await waitFor(
    async () => {
      const left = [...(await looseVolumes(docker))].filter((name) => !before.has(name));
      return left.length === 0 || { pending: left.join(", ") };
    },
    { what: "no volumes to be left", limitMs: 15_000, everyMs: 200 },
  );
}
