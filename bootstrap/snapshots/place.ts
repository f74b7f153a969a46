/** Making a snapshot that comes from elsewhere one of the engine's own. */
import type Docker from "dockerode";

import { engineError, isConflict, isNotFound } from "../../engine/errors.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import type { ImageContent } from "./archive.ts";
import { assemble, findSnapshot, type StoredSnapshot } from "./find.ts";
import { readManifest } from "./manifest.ts";
import { checkSnapshotName, snapshotReference } from "./names.ts";
import { putBack, referencesNow } from "./references.ts";

/** A snapshot and what its images consist of. */
export interface Incoming {
  readonly snapshot: StoredSnapshot;
  readonly contents: readonly ImageContent[];
}

/**
 * Puts images together that came from elsewhere.
 * @param referenceOf the name that each node's image must have there
 * @throws Error when they are not one whole snapshot
 */
export function checkIncoming(
  contents: readonly ImageContent[],
  referenceOf: (name: string, node: string) => string,
): Incoming {
  const [first] = contents;
  if (first === undefined) throw new Error("there is no image in it");
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
  return { snapshot, contents };
}

/**
 * Lets `bring` put the images of a snapshot under their names, unless they are there, and makes sure that
 * what came is what was checked. When it fails, everything is as it was.
 * @param force replace another snapshot of that name
 */
export async function placeSnapshot(
  docker: Docker,
  incoming: Incoming,
  force: boolean,
  bring: () => Promise<void>,
): Promise<StoredSnapshot> {
  const { name, manifest } = incoming.snapshot;
  const present = await presentImages(docker, name);
  if (await isThere(docker, incoming)) return await findSnapshot(docker, name);

  const wanted = manifest.nodes.map((node) => snapshotReference(name, node.name));
  refuseOwn(name, present);
  const before = await referencesNow(docker, new Set([...wanted, ...present.keys()]));
  const taken = [...before].flatMap(([reference, id]) => (id === undefined ? [] : [reference]));
  if (taken.length > 0 && !force) {
    throw new Error(
      `there is another snapshot "${name}" (${taken.join(", ")}); --force replaces it`,
    );
  }
  try {
    await bring();
    const surplus = [...before].filter(([reference]) => !wanted.includes(reference));
    await putBack(docker, new Map(surplus.map(([reference]) => [reference, undefined])));
    if (!(await isThere(docker, incoming)))
      throw new Error(`what the engine has now as snapshot "${name}" is not what was brought`);
  } catch (error) {
    await putBack(docker, before);
    throw error;
  }
  await removeNameless(docker, before.values());
  return await findSnapshot(docker, name);
}

/** Reference → stack that it was taken of, for all images that say to be part of the snapshot. */
async function presentImages(docker: Docker, name: string): Promise<Map<string, string>> {
  const filters = labelFilter({ [label.snapshot]: name });
  const images = await docker.listImages({ filters }).catch((error: unknown) => {
    throw engineError(error);
  });
  return new Map(
    images.flatMap(({ RepoTags, Labels }) =>
      (RepoTags ?? [])
        .filter((reference) => reference !== "<none>:<none>")
        .map((reference) => [reference, Labels[label.stack] ?? ""] as const),
    ),
  );
}

function refuseOwn(name: string, present: ReadonlyMap<string, string>): void {
  for (const [reference, stack] of present) {
    if (reference.startsWith(snapshotReference(name, ""))) continue;
    throw new Error(
      `"${name}" is here the own snapshot of stack ${stack} (${reference}), and two of a name cannot ` +
        "be kept: where it comes from, take one under another name: npm run snapshot -- NAME",
    );
  }
}

/** Compared by layers and labels: not every image store of an engine has the same ids for them. */
async function isThere(docker: Docker, { snapshot, contents }: Incoming): Promise<boolean> {
  try {
    const { images } = await findSnapshot(docker, snapshot.name);
    for (const { labels, layers } of contents) {
      const id = images[labels[label.node] ?? ""]?.id;
      if (id === undefined || !sameContent(await imageContent(docker, id), { labels, layers }))
        return false;
    }
    return Object.keys(images).length === contents.length;
  } catch {
    // None, or a broken one.
    return false;
  }
}

type Content = Pick<ImageContent, "labels" | "layers">;

function sameContent(a: Content, b: Content): boolean {
  const text = ({ labels, layers }: Content): string =>
    JSON.stringify([Object.entries(labels).toSorted(), layers]);
  return text(a) === text(b);
}

/** What the image at a reference, or of an id, consists of. */
export async function imageContent(docker: Docker, image: string): Promise<ImageContent> {
  try {
    const { Id, Config, RootFS, Size } = await docker.getImage(image).inspect();
    const labels = (Config.Labels as Record<string, string> | null) ?? {};
    return { image, id: Id, labels, size: Size, layers: RootFS.Layers ?? [] };
  } catch (error) {
    throw engineError(error);
  }
}

/** Removes the images that lost their last name. One that a container was started from stays for it. */
async function removeNameless(docker: Docker, ids: Iterable<string | undefined>): Promise<void> {
  for (const id of new Set(ids)) {
    if (id === undefined) continue;
    try {
      const image = docker.getImage(id);
      const { RepoTags } = await image.inspect();
      if (RepoTags.length === 0) await image.remove();
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw engineError(error);
    }
  }
}
