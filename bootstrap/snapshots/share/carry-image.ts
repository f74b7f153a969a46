/** Bringing an image from one engine to another, by way of this machine: no registry is needed. */
import type Docker from "dockerode";

import { imageId } from "../images.ts";
import { tag } from "../references.ts";
import { finished, savedImages, type Transfer } from "./transfer.ts";

/**
 * Loads the image of that id from `from` into `to`, unless it is there, and gives it the name there.
 * @param id `sha256:…`
 * @param name repository and tag
 * @throws Error when the other engine knows it by another id, as one with another image store may
 */
export async function carryImage(
  id: string,
  { from, to, name }: { readonly from: Docker; readonly to: Docker; readonly name: string },
  transfer: Transfer,
): Promise<void> {
  if ((await imageId(to, id)) === undefined) {
    const archive = await savedImages(from, [id], transfer.signal);
    await finished(to.loadImage(archive, { abortSignal: transfer.signal }), transfer);
  }
  if ((await imageId(to, id)) === undefined)
    throw new Error(
      `the engine there gave the image ${id} another id: one of the two keeps images in containerd's store ` +
        "and the other does not; set both up alike",
    );
  await tag(to, id, name);
}
