/** Bringing an image from one engine to another, by way of this machine: no registry is needed. */
import type Docker from "dockerode";

import { engineError, isNotFound } from "./engine-error.ts";
import { followProgress } from "./progress.ts";

/**
 * Loads the image of that id from `from` into `to`, unless it is there, and gives it the name there.
 * @param id `sha256:…`
 * @param name repository and tag
 * @throws Error when the other engine knows it by another id, as one with another image store may
 */
export async function carryImage(
  id: string,
  { from, to, name }: { readonly from: Docker; readonly to: Docker; readonly name: string },
  signal: AbortSignal,
): Promise<void> {
  try {
    if (!(await hasImage(to, id))) {
      const archive = await from.getImage(id).get();
      const answer = await to.loadImage(archive, { abortSignal: signal });
      await followProgress(answer, { signal, status: () => undefined });
    }
    if (!(await hasImage(to, id)))
      throw new Error(
        `the engine there gave the image ${id} another id: one of the two keeps images in containerd's store ` +
          "and the other does not; set both up alike",
      );
    const [repo = "", tag = ""] = name.split(":");
    await to.getImage(id).tag({ repo, tag });
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  }
}

async function hasImage(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw engineError(error);
  }
}
