/** The image that nodes are built from: one for a whole run, and brought to an engine that cannot build it. */
import type Docker from "dockerode";

import { openNodeImage } from "../../testing/node-image.ts";
import { finished, savedImages } from "../../bootstrap/snapshots/share/transfer.ts";
import { tidyBuildCache } from "../../engine/clean-up/build-cache.ts";
import { connectEngine } from "../../engine/client.ts";
import { unlessStatus } from "../../engine/engine-error.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { lastingLabels } from "../../engine/clean-up/owner.ts";
import { madeInRun, onceInRun } from "./run.ts";

const shared = "node-image";

/**
 * Name of the image as every stack builds it. While it is there, its layers are too: a stack's own build then finds
 * each step done, also after another stack went down and took the build cache along.
 */
export async function sharedNodeImage(): Promise<string> {
  return await onceInRun(shared, async () => {
    const base = process.env["REGTEST_BASE_IMAGE"] ?? "debian:forky-slim";
    const signal = AbortSignal.timeout(280_000);
    const options = { signal, status: () => undefined };
    // Of the run and not of this process, which ends with its file of tests.
    const life = lastingLabels(86_400);
    return (await openNodeImage(await connectEngine(), base, options, life)).name;
  });
}

/** For the end of a run. */
export async function removeSharedImage(docker: Docker): Promise<void> {
  const name = await madeInRun<string>(shared);
  if (name === undefined) return;
  await docker.getImage(name).remove().catch(unlessStatus(404));
  await tidyBuildCache(docker);
}

/**
 * Builds the image on `from` and copies it to `to`, with all images that were made on the way and the base: a
 * build there then finds every step done. The copy stays; it keeps the others from being taken for leftovers.
 */
export async function copyNodeImage(
  from: Docker,
  to: Docker,
  base: string,
  signal: AbortSignal,
): Promise<void> {
  await using built = await openNodeImage(from, base, { signal, status: () => undefined });
  const stage = await from.listImages({
    all: true,
    filters: labelFilter({ [label.kind]: "build-cache" }),
  });
  const images = new Set([base, built.name]);
  for (const image of [built.name, ...stage.map(({ Id }) => Id)]) {
    for (let id = image; id !== ""; id = (await from.getImage(id).inspect()).Parent) images.add(id);
  }
  const transfer = { signal, status: () => undefined };
  // Saved together they keep their parents, which the classic builder looks for.
  const saved = await savedImages(from, [...images], signal);
  await finished(to.loadImage(saved, { quiet: true }), transfer);
}
