/** Finds what a stack made on the engine, and which of it an interrupted run never recorded. */
import type Docker from "dockerode";

import { enginesOf } from "../../engine/fleet.ts";
import { isPassingName, isStackContainer, label, labelFilter } from "../../engine/labels.ts";
import { serviceNamed } from "../../engine/swarm-nodes.ts";
import type { RecordedResource } from "./state-file.ts";
import {
  builtImageName,
  containerNames,
  type GivenNames,
  volumeName,
} from "../../bootstrap/plan/given-names.ts";

/** In the order in which they can be removed: those before hold those behind. */
const kinds = ["container", "crowd", "network", "image", "volume"] as const;

export interface OwnedThing {
  /** The engine that has it. */
  readonly docker: Docker;
  readonly what: (typeof kinds)[number];
  readonly id: string;
  /** Of an image the reference. */
  readonly name: string;
}

/** All that the stack made: labelled with its id, under a name that it gave. First the containers, which hold the rest. */
export async function ownedThings(docker: Docker, names: GivenNames): Promise<OwnedThing[]> {
  const engines = [...enginesOf(docker).values()];
  const things = await Promise.all([
    ownedByAll(docker, names),
    ...engines.map((engine) => ownedOn(engine, names)),
  ]);
  return things.flat().toSorted((a, b) => kinds.indexOf(a.what) - kinds.indexOf(b.what));
}

/** What is there once, however many hosts there are, and for the first to remove: others show it too. */
async function ownedByAll(docker: Docker, names: GivenNames): Promise<OwnedThing[]> {
  const { stackId, network, crowd } = names;
  const ours = labelFilter({ [label.stackId]: stackId });
  const [networks, service] = await Promise.all([
    docker.listNetworks({ filters: ours }),
    crowd && serviceNamed(docker, crowd.service),
  ]);
  const named = networks.filter(({ Name }) => Name === network);
  const crowds = service?.Spec.Labels?.[label.stackId] === stackId ? [service] : [];
  return [
    ...named.map(({ Id, Name }) => ({ docker, what: "network" as const, id: Id, name: Name })),
    ...crowds.map(({ ID, Spec }) => ({ docker, what: "crowd" as const, id: ID, name: Spec.Name })),
  ];
}

/** What one engine has for itself. */
async function ownedOn(docker: Docker, names: GivenNames): Promise<OwnedThing[]> {
  const { stackId, prefix } = names;
  const ours = labelFilter({ [label.stackId]: stackId });
  const taken = labelFilter({ [label.takenOf]: stackId });
  const [containers, carriers, built, snapshots, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters: ours }),
    docker.listContainers({ all: true, filters: taken }),
    docker.listImages({ filters: ours }),
    docker.listImages({ filters: taken }),
    docker.listVolumes({ filters: ours }),
  ]);
  const containersNamed = containerNames(names);
  const images = new Set(
    [...names.nodes, ...(names.services ?? [])].map(({ snapshotImage }) => snapshotImage),
  );
  const thing = (what: OwnedThing["what"], id: string, name = id): OwnedThing => ({
    ...{ docker, what, id, name },
  });
  const isImage = (reference: string): boolean =>
    reference.startsWith(builtImageName(prefix)) || images.has(reference);
  return [
    ...[...containers, ...carriers]
      .filter(({ Names: [name = ""], Labels }) =>
        isStackContainer(Labels)
          ? containersNamed.has(name.slice(1))
          : isPassingName(name.slice(1)),
      )
      .map(({ Id, Names }) => thing("container", Id, Names[0]?.slice(1))),
    ...[...built, ...snapshots].flatMap(({ Id, RepoTags }) =>
      (RepoTags ?? []).filter(isImage).map((name) => thing("image", Id, name)),
    ),
    ...((Volumes as Docker.VolumeInspectInfo[] | null) ?? [])
      .map(({ Name }) => thing("volume", Name))
      .filter(({ name }) => name.startsWith(volumeName(prefix))),
  ];
}

/** Those of the things that the stack's state does not have. */
export function unrecorded(
  things: readonly OwnedThing[],
  resources: readonly RecordedResource[],
): OwnedThing[] {
  // Stack and components have the outputs of the last run that was completed: they may name things that are gone.
  const made = resources.filter(({ id }) => id !== undefined);
  const ids = new Set(made.map(({ id }) => id));
  // An image's id is a property of one resource, or in a list of another.
  const text = JSON.stringify(made);
  return things.filter(({ what, id }) => (what === "image" ? !text.includes(id) : !ids.has(id)));
}
