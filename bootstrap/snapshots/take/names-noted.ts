/**
 * Changes of images' names that outlive nobody. What the names were is noted on the engine before the first
 * is changed, as a label of an empty volume, and whoever comes after a process that was killed puts them back.
 */
import type Docker from "dockerode";

import { engineError, isNotFound } from "../../../engine/engine-error.ts";
import { isPassingName, label, passingName } from "../../../engine/labels.ts";
import { isAbandoned, ownedLabels } from "../../../engine/clean-up/owner.ts";
import { imageId } from "../images.ts";
import { putBack, type References, referencesNow, removeNameless } from "../references.ts";

interface Note {
  /** Reference → id of the image that it named; null: none. */
  readonly before: Readonly<Record<string, string | null>>;
  /** Ids of images that are to go if nothing names them. */
  readonly displaced: readonly string[];
}

/** Runs `work`, which may give these names to other images; afterwards all of them are as before. */
export async function lendingNames<T>(
  docker: Docker,
  references: Iterable<string>,
  work: (before: References) => Promise<T>,
): Promise<T> {
  const { before, note } = await noted(docker, references);
  try {
    return await work(before);
  } finally {
    await putBack(docker, before);
    await remove(docker, note);
  }
}

/**
 * Runs `work`, which gives these names to other images for good, or to none. When it fails, all of them are
 * as before; when it does not, images that lost their last name are gone.
 */
export async function replacingNames<T>(
  docker: Docker,
  references: Iterable<string>,
  work: (before: References) => Promise<T>,
): Promise<T> {
  const { before, note } = await noted(docker, references);
  let result: T;
  try {
    result = await work(before);
  } catch (error) {
    await putBack(docker, before);
    await remove(docker, note);
    throw error;
  }
  const displaced = [...before.values()].filter((id) => id !== undefined);
  const rest = displaced.length === 0 ? undefined : await write(docker, { before: {}, displaced });
  // From here on the new names stay, also if this ends now. A note that another machine's process left of
  // them is no longer true: nobody is to go by it when its time is over.
  for (const { name, note: other } of await notes(docker))
    if (name === note || [...before.keys()].some((key) => key in other.before))
      await remove(docker, name);
  await removeNameless(docker, displaced);
  if (rest !== undefined) await remove(docker, rest);
  return result;
}

/**
 * Puts back the names that processes which are gone had changed.
 * @returns the names that were not as before
 */
export async function putBackForgotten(docker: Docker): Promise<string[]> {
  const taken: { readonly mine: string; readonly note: Note }[] = [];
  for (const { name, note, labels } of await notes(docker)) {
    if (!isAbandoned(labels)) continue;
    // As this process's own: of several that come now one does it, and if it is killed, the next.
    const mine = await write(docker, note);
    if (await remove(docker, name)) taken.push({ mine, note });
    else await remove(docker, mine);
  }
  const changed: string[] = [];
  // All names first: an image may have lost its own under one note and be named by another.
  for (const { note } of taken) {
    const before = new Map<string, string | undefined>();
    for (const [reference, id] of Object.entries(note.before)) {
      // Somebody may have removed it since.
      const there = id === null ? undefined : await imageId(docker, id);
      before.set(reference, there);
      if ((await imageId(docker, reference)) !== there) changed.push(reference);
    }
    await putBack(docker, before);
  }
  for (const { mine, note } of taken) {
    await removeNameless(docker, note.displaced);
    await remove(docker, mine);
  }
  return changed;
}

/** Notes what the references name now, before anything is changed. */
async function noted(
  docker: Docker,
  references: Iterable<string>,
): Promise<{ readonly before: References; readonly note: string }> {
  const before = await referencesNow(docker, references);
  return { before, note: await write(docker, { before: recordOf(before), displaced: [] }) };
}

interface WrittenNote {
  /** Of the volume. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly note: Note;
}

async function notes(docker: Docker): Promise<WrittenNote[]> {
  const { Volumes } = await docker
    .listVolumes({ filters: { label: [label.names] } })
    .catch((error: unknown) => {
      throw engineError(error);
    });
  return ((Volumes as Docker.VolumeInspectInfo[] | null) ?? []).flatMap(({ Name, Labels }) => {
    const note = readNote(Labels[label.names] ?? "");
    return note === undefined || !isPassingName(Name) ? [] : [{ name: Name, labels: Labels, note }];
  });
}

/** Undefined: not written by this version. It is left to whoever can read it. */
function readNote(text: string): Note | undefined {
  try {
    const { before, displaced } = JSON.parse(text) as Partial<Note>;
    return before === undefined || displaced === undefined ? undefined : { before, displaced };
  } catch {
    return undefined;
  }
}

/** @returns the name of the volume that has it */
async function write(docker: Docker, note: Note): Promise<string> {
  const Name = passingName();
  try {
    const Labels = { ...ownedLabels(), [label.names]: JSON.stringify(note) };
    await docker.createVolume({ Name, Labels });
    return Name;
  } catch (error) {
    throw engineError(error);
  }
}

/** @returns whether it was there */
async function remove(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getVolume(name).remove();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw engineError(error);
  }
}

function recordOf(references: References): Record<string, string | null> {
  return Object.fromEntries([...references].map(([reference, id]) => [reference, id ?? null]));
}
