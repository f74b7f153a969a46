/** Making a snapshot that comes from elsewhere one of the engine's own. */
import type Docker from "dockerode";

import { engineError } from "../../../engine/engine-error.ts";
import { label, labelFilter } from "../../../engine/labels.ts";
import { configOf, type ImageContent } from "./archive.ts";
import { assemble, type StoredSnapshot } from "../find.ts";
import { refuseCommands, refuseStrangeImage, refuseStrangeService } from "./from-elsewhere.ts";
import { readManifest } from "../manifest.ts";
import { membersOf } from "../manifest-schema.ts";
import { checkSnapshotName, snapshotReference } from "../names.ts";
import { replacingNames } from "../take/names-noted.ts";
import { putBack, type References } from "../references.ts";

/** A snapshot and what its images consist of. */
export interface Incoming {
  readonly snapshot: StoredSnapshot;
  readonly contents: readonly ImageContent[];
}

/**
 * Puts images together that came from elsewhere.
 * @param referenceOf the name that each node's image must have there
 * @throws Error when they are not one whole snapshot, or have what no snapshot has
 */
export function checkIncoming(
  contents: readonly ImageContent[],
  referenceOf: (name: string, node: string) => string,
): Incoming {
  const [first] = contents;
  if (first === undefined) throw new Error("it contains no image");
  const name = readManifest(first.labels, first.image).snapshot;
  checkSnapshotName(name);
  for (const { image, labels } of contents) {
    const of = labels[label.snapshot];
    if (of !== name)
      throw new Error(`${image} is labelled as part of "${of ?? ""}", not of "${name}"`);
  }
  const snapshot = assemble(name, contents);
  for (const [node, { image }] of Object.entries(snapshot.images)) {
    const expected = referenceOf(name, node);
    if (image !== expected)
      throw new Error(`${image} is ${node}'s image, which must be at ${expected}: it was swapped`);
  }
  const services = new Set(snapshot.manifest.services?.map(({ name }) => name));
  for (const content of contents)
    if (services.has(content.labels[label.node] ?? "")) refuseStrangeService(content);
    else refuseStrangeImage(content);
  refuseCommands(snapshot.manifest);
  return { snapshot, contents };
}

export interface PlaceOptions {
  /** Replace another snapshot of that name. */
  readonly force: boolean;
  /** Names that images have only for now. Default: none. */
  readonly lent?: Iterable<string>;
}

/**
 * Lets `bring` put the images of a snapshot under their names, unless they are there, and makes sure that
 * what came is what was checked. When it fails, everything is as it was.
 */
export async function placeSnapshot(
  docker: Docker,
  incoming: Incoming,
  { force, lent = [] }: PlaceOptions,
  bring: () => Promise<void>,
): Promise<void> {
  const { name, manifest } = incoming.snapshot;
  const look = (): Promise<Present> => presentImages(docker, name, new Set(lent));
  const present = await look();
  if (await sameImages(docker, present, incoming)) return;

  const wanted = membersOf(manifest).map((member) => snapshotReference(name, member.name));
  refuseOtherNames(name, present);
  const names = new Set([...wanted, ...present.keys()]);
  await replacingNames(docker, names, async (before) => {
    const taken = [...before].flatMap(([reference, id]) => (id === undefined ? [] : [reference]));
    if (taken.length > 0 && !force && !(await isPartOf(docker, before, incoming))) {
      throw new Error(
        `there is another snapshot "${name}" (${taken.join(", ")}); --force replaces it`,
      );
    }
    await bring();
    const now = await look();
    const brought = new Map([...now].filter(([reference]) => wanted.includes(reference)));
    if (brought.size < wanted.length || !(await sameImages(docker, brought, incoming)))
      throw new Error(`snapshot "${name}" on the engine is not the one that was loaded`);
    // Only now: an image that loses its last name is gone.
    const surplus = [...names].filter((reference) => !wanted.includes(reference));
    await putBack(docker, new Map(surplus.map((reference) => [reference, undefined])));
  });
}

/** Reference → the image that it names and the stack that this was taken of. */
type Present = ReadonlyMap<string, { readonly id: string; readonly stack: string }>;

/** All images that say to be part of the snapshot, by all of their names. */
async function presentImages(
  docker: Docker,
  name: string,
  lent: ReadonlySet<string>,
): Promise<Present> {
  const filters = labelFilter({ [label.snapshot]: name });
  const images = await docker.listImages({ filters }).catch((error: unknown) => {
    throw engineError(error);
  });
  return new Map(
    images.flatMap(({ Id, RepoTags, Labels }) =>
      (RepoTags ?? [])
        .filter((reference) => reference !== "<none>:<none>" && !lent.has(reference))
        .map((reference) => [reference, { id: Id, stack: Labels[label.stack] ?? "" }] as const),
    ),
  );
}

/** A stack's own snapshot is not this one's to replace. */
function refuseOtherNames(name: string, present: Present): void {
  // In order: which of several is named must not depend on how the engine lists them.
  for (const [reference, { stack }] of [...present].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (reference.startsWith(snapshotReference(name, ""))) continue;
    throw new Error(
      `another snapshot "${name}" exists, ${reference} of stack ${stack}, and two of one name cannot be ` +
        "kept: where this one comes from, take it under another name: npm run snapshot -- NAME",
    );
  }
}

/** Compared by what they consist of: not every image store of an engine has the same ids for them. */
async function sameImages(
  docker: Docker,
  present: Present,
  { contents }: Incoming,
): Promise<boolean> {
  const ids = new Set([...present.values()].map(({ id }) => id));
  if (ids.size !== contents.length) return false;
  const there = await Promise.all([...ids].map((id) => imageContent(docker, id)));
  const texts = new Set(there.map(contentText));
  return contents.every((content) => texts.has(contentText(content)));
}

/** Whether all that these names are images of is what comes: an earlier import of it ended half-way. */
async function isPartOf(
  docker: Docker,
  references: References,
  { snapshot, contents }: Incoming,
): Promise<boolean> {
  const texts = new Map(
    contents.map((content) => [
      snapshotReference(snapshot.name, content.labels[label.node] ?? ""),
      contentText(content),
    ]),
  );
  for (const [reference, id] of references) {
    if (id === undefined) continue;
    if (contentText(await imageContent(docker, id)) !== texts.get(reference)) return false;
  }
  return true;
}

/** Whether two images, each on its engine, consist of the same. */
export async function sameContent(
  ...images: readonly (readonly [Docker, string])[]
): Promise<boolean> {
  const contents = await Promise.all(images.map((image) => imageContent(...image)));
  return new Set(contents.map(contentText)).size === 1;
}

function contentText({ labels, layers, config }: ImageContent): string {
  return JSON.stringify([Object.entries(labels).toSorted(), layers, config]);
}

/** What the image at a reference, or of an id, consists of. */
export async function imageContent(docker: Docker, image: string): Promise<ImageContent> {
  try {
    const { Id, Config, RootFS, Size } = await docker.getImage(image).inspect();
    const labels = (Config.Labels as Record<string, string> | null) ?? {};
    const layers = RootFS.Layers ?? [];
    return { image, id: Id, labels, config: configOf(Config), size: Size, layers };
  } catch (error) {
    throw engineError(error);
  }
}
