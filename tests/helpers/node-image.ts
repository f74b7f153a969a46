/** Bringing the image that nodes are built from to an engine that cannot build it: it has no network. */
import type Docker from "dockerode";

import { openNodeImage } from "../../bootstrap/golden/image.ts";
import { finished, savedImages } from "../../bootstrap/snapshots/transfer.ts";
import { label, labelFilter } from "../../engine/labels.ts";

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
