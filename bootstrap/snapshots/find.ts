/** The snapshots that an engine has, put together from their images and checked before anybody starts them. */
import type Docker from "dockerode";

import { engineError } from "../../engine/engine-error.ts";
import { type Kind, label, labelFilter } from "../../engine/labels.ts";
import { stackOfImage } from "./images.ts";
import { readManifest } from "./manifest.ts";
import { type Manifest, membersOf } from "./manifest-schema.ts";
import { keptUnder, snapshotReference } from "./names.ts";
import { BrokenSnapshotError, SnapshotMissingError } from "./snapshot-errors.ts";

/** One image of a snapshot, as the engine lists it. */
export interface SnapshotImage {
  /** Reference to start it by. */
  readonly image: string;
  /** `sha256:…`. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes, all layers together. */
  readonly size: number;
}

export interface StoredSnapshot {
  readonly name: string;
  /** The stack that it was taken of. */
  readonly stack: string;
  /** A `snapshot` goes with its stack, a `named-snapshot` stays until it is removed. */
  readonly kind: Kind;
  readonly manifest: Manifest;
  /** Name of the node or service → its image. */
  readonly images: Readonly<Record<string, SnapshotImage>>;
}

/** Whether the snapshot goes when its stack does. One that was brought here by import or pull has nobody to go with. */
export function goesWithStack({ kind, images }: StoredSnapshot): boolean {
  const kept = Object.values(images).every(({ image }) => image.startsWith(keptUnder));
  return kind === "snapshot" && !kept;
}

/** A snapshot that cannot be trusted, and why. */
export interface BrokenSnapshot {
  readonly name: string;
  readonly problem: string;
}

/** All snapshots of the engine, by name: whole ones and broken ones. */
export async function listSnapshots(docker: Docker): Promise<(StoredSnapshot | BrokenSnapshot)[]> {
  const groups = Map.groupBy(
    await snapshotImages(docker),
    ({ labels }) => labels[label.snapshot] ?? "",
  );
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, images]) => {
      try {
        return assemble(name, images);
      } catch (error) {
        return { name, problem: (error as Error).message };
      }
    });
}

/**
 * The snapshot of that name.
 * @throws SnapshotMissingError when there is none
 * @throws BrokenSnapshotError when its images cannot be trusted
 */
export async function findSnapshot(docker: Docker, name: string): Promise<StoredSnapshot> {
  const images = await snapshotImages(docker);
  const own = images.filter(({ labels }) => labels[label.snapshot] === name);
  if (own.length > 0) {
    try {
      return assemble(name, own);
    } catch (cause) {
      throw new BrokenSnapshotError((cause as Error).message, { cause });
    }
  }
  const names = [...new Set(images.map(({ labels }) => labels[label.snapshot]))].toSorted();
  const known = names.length === 0 ? "the engine has none" : `the engine has ${names.join(", ")}`;
  throw new SnapshotMissingError(`there is no snapshot "${name}"; ${known}`);
}

/** What the stack's own snapshot says; undefined while it has none. */
export async function ownManifest(docker: Docker, stackId: string): Promise<Manifest | undefined> {
  const own = (await snapshotImages(docker)).find(
    ({ labels }) => stackOfImage(labels) === stackId && labels[label.kind] === "snapshot",
  );
  return own === undefined ? undefined : readManifest(own.labels, own.image);
}

/** The snapshot that an image, given by its id, is part of. */
export async function snapshotOfImage(docker: Docker, id: string): Promise<StoredSnapshot> {
  const found = (await snapshotImages(docker)).find((image) => image.id === id);
  const name = found?.labels[label.snapshot];
  if (name === undefined) {
    throw new Error(`the snapshot image ${id} is gone; npm run up takes the stack's own again`);
  }
  return await findSnapshot(docker, name);
}

/** What to do about images that do not belong together. */
const again = "; take or fetch the snapshot again";

/**
 * Makes one snapshot of its images.
 * @throws Error when a node is missing, there twice, or not named, a manifest was altered, or images of two snapshots are mixed
 */
export function assemble(name: string, images: readonly SnapshotImage[]): StoredSnapshot {
  const read = images.map((image) => ({
    image,
    node: image.labels[label.node] ?? "",
    manifest: readManifest(image.labels, image.image),
  }));
  const [first, ...others] = read;
  if (first === undefined) throw new Error(`snapshot "${name}" has no images`);
  const { manifest } = first;
  const stranger = others.find(
    (other) => JSON.stringify(other.manifest) !== JSON.stringify(manifest),
  );
  if (stranger !== undefined || manifest.snapshot !== name) {
    throw new Error(
      `snapshot "${name}" has images of several snapshots: ` +
        read
          .map(
            ({ image, manifest }) =>
              `${image.image} is of "${manifest.snapshot}", ${manifest.created}`,
          )
          .join("; ") +
        again,
    );
  }
  const members = membersOf(manifest);
  for (const node of members) {
    const found = read.filter((image) => image.node === node.name);
    if (found.length === 1) continue;
    const there = read.map(({ image, node }) => `${image.image} is ${node}'s`).join(", ");
    throw new Error(
      found.length === 0
        ? `snapshot "${name}" has no image of ${node.name}; ${there}${again}`
        : `snapshot "${name}" has several images of ${node.name}; ${there}${again}`,
    );
  }
  const unknown = read.find(({ node }) => !members.some(({ name }) => name === node));
  if (unknown !== undefined) {
    const { image, node } = unknown;
    throw new Error(
      `snapshot "${name}" has the image ${image.image} of ${node}, which it does not name${again}`,
    );
  }
  return {
    name,
    stack: first.image.labels[label.stack] ?? "",
    kind: first.image.labels[label.kind] as Kind,
    manifest,
    images: Object.fromEntries(read.map(({ node, image }) => [node, image])),
  };
}

/** The names by which images are kept as parts of a snapshot of that name, be it whole or not, with their ids. */
export async function keptReferences(docker: Docker, name: string): Promise<Map<string, string>> {
  const filters = labelFilter({ [label.snapshot]: name });
  const images = await docker.listImages({ filters }).catch((error: unknown) => {
    throw engineError(error);
  });
  return new Map(
    images.flatMap(({ Id, RepoTags }) =>
      (RepoTags ?? [])
        .filter((reference) => reference.startsWith(snapshotReference(name, "")))
        .map((reference) => [reference, Id] as const),
    ),
  );
}

/** Images under a name that the project gave: what a replacement left without one, or somebody tagged, is no part of anything. */
async function snapshotImages(docker: Docker): Promise<SnapshotImage[]> {
  try {
    const images = await docker.listImages({ filters: { label: [label.snapshot] } });
    return images.flatMap(({ RepoTags, Id, Labels, Size }) => {
      const image = RepoTags?.find((tag) => isGivenName(tag, Labels));
      return image === undefined ? [] : [{ image, id: Id, labels: Labels, size: Size }];
    });
  } catch (error) {
    throw engineError(error);
  }
}

function isGivenName(tag: string, labels: Readonly<Record<string, string>>): boolean {
  if (tag === "<none>:<none>") return false;
  // Version 0.1 did not note what it gave.
  const { [label.reference]: given = tag } = labels;
  return tag === given || tag.startsWith(keptUnder);
}
