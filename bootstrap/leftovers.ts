/** What a stack made on the engine, and what of it an interrupted run never recorded. */
import type Docker from "dockerode";

import { type Kind, label, labelFilter } from "../engine/labels.ts";
import { keptUnder } from "./snapshots/names.ts";

export interface OwnedThing {
  readonly what: "container" | "network" | "image";
  readonly id: string;
  readonly name: string;
  /** The label that says what it was made for. */
  readonly kind: string | undefined;
}

/** One that somebody started by hand from a snapshot has the snapshot's labels. */
const containerKinds = new Set<string | undefined>([
  "node",
  "auto-miner",
  "temporary",
] satisfies Kind[]);

/** All that carries the stack's id, first the containers, which hold the rest. What goes with no stack is not its own. */
export async function ownedThings(docker: Docker, stackId: string): Promise<OwnedThing[]> {
  const filters = labelFilter({ [label.stackId]: stackId });
  const [containers, networks, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listImages({ filters }),
  ]);
  return [
    ...containers
      .map((found) => thing("container", found, found.Names[0]?.slice(1)))
      .filter(({ kind }) => containerKinds.has(kind)),
    ...networks.map((found) => thing("network", found, found.Name)),
    ...images
      // A snapshot that was taken by name, or came from elsewhere.
      .filter(({ RepoTags }) => RepoTags?.some((tag) => tag.startsWith(keptUnder)) !== true)
      .map((found) => thing("image", found, found.RepoTags?.[0]))
      .filter(({ kind }) => kind !== "named-snapshot"),
  ];
}

/** A resource in a stack's state, as `pulumi stack export` has it. */
export interface RecordedResource {
  readonly type: string;
  readonly id?: string;
}

/** Those of the things that the stack's state does not have. */
export function unrecorded(
  things: readonly OwnedThing[],
  resources: readonly RecordedResource[],
): OwnedThing[] {
  // The stack itself has the outputs of the last run that was completed: they may name what is no more.
  const made = resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  const ids = new Set(made.map(({ id }) => id));
  // An image's id is a property of one resource, or in a list of another.
  const text = JSON.stringify(made);
  return things.filter(({ what, id }) => (what === "image" ? !text.includes(id) : !ids.has(id)));
}

function thing(
  what: OwnedThing["what"],
  { Id, Labels }: { Id: string; Labels?: Readonly<Record<string, string>> | undefined },
  name = Id,
): OwnedThing {
  return { what, id: Id, name, kind: Labels?.[label.kind] };
}
