/** Bringing an image from one engine to another: by way of this machine, or by a registry that both reach. */
import type Docker from "dockerode";

import { messageOf } from "../../../base/message.ts";
import { isNotFound, unlessStatus } from "../../../engine/engine-error.ts";
import { pullImage, pushImage } from "../../../engine/registry-images.ts";
import { imageId } from "../images.ts";
import { tag } from "../references.ts";
import { lendingNames } from "../take/names-noted.ts";
import { sameContent } from "./incoming.ts";
import { registryAuth } from "./registry-auth.ts";
import { finished, savedImages, type Transfer } from "./transfer.ts";

export interface Journey {
  readonly from: Docker;
  readonly to: Docker;
  /** Repository and tag there. */
  readonly name: string;
  /** Repository of a registry, with a tag, by which it goes. Left out: it goes through this machine. */
  readonly pushed?: string | undefined;
}

/**
 * Brings the image of that id from `from` to `to`, unless it is there, and gives it the name there.
 * @param id `sha256:…`
 * @throws Error when the other engine knows it by another id, as one with another image store may, or the registry
 *   does not take it from the one and give it to the other
 */
export async function carryImage(id: string, journey: Journey, transfer: Transfer): Promise<void> {
  const { from, to, name, pushed } = journey;
  if ((await imageId(to, id)) !== undefined) {
    await tag(to, id, name);
  } else if (pushed === undefined) {
    const archive = await savedImages(from, [id], transfer.signal);
    await finished(to.loadImage(archive, { abortSignal: transfer.signal }), transfer);
    if ((await imageId(to, id)) === undefined) throw new Error(otherStore(id));
    await tag(to, id, name);
  } else {
    await carryByRegistry(id, { ...journey, pushed }, transfer);
  }
}

function otherStore(id: string): string {
  return (
    `the engine there gave the image ${id} another id: one of the two keeps images in containerd's store ` +
    "and the other does not; set both up alike"
  );
}

/** What was pushed stays in the registry. On both engines it has no name of the registry's in the end. */
async function carryByRegistry(
  id: string,
  { from, to, name, pushed }: Journey & { readonly pushed: string },
  { signal, status }: Transfer,
): Promise<void> {
  const registry = pushed.slice(0, pushed.lastIndexOf(":"));
  const options = { authconfig: await registryAuth(registry), signal };
  status(`push ${pushed}`);
  const digest = await inTurn(pushed, () =>
    lendingNames(from, [pushed], async () => {
      await tag(from, id, pushed);
      await pushImage(from, pushed, options).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new Error(`the first host cannot push it there: ${messageOf(cause)}`, { cause });
      });
      return await digestIn(from, pushed, registry);
    }),
  );
  const pulled = `${registry}@${digest}`;
  status(`pull ${pulled}`);
  await pullImage(to, pulled, options).catch(async (cause: unknown) => {
    signal.throwIfAborted();
    const missing = await to
      .getImage(pulled)
      .distribution({ authconfig: options.authconfig, abortSignal: signal })
      .then(() => false, isNotFound);
    const told = missing
      ? `the registry does not give it ${digest}, which the first host has just pushed: it was removed there, or ` +
        "the host asks another registry of that name, such as a mirror"
      : `it cannot pull ${digest}`;
    throw new Error(`${told}: ${messageOf(cause)}`, { cause });
  });
  try {
    if ((await imageId(to, pulled)) !== id) {
      const isSame = await sameContent([from, id], [to, pulled]);
      throw new Error(isSame ? otherStore(id) : `the registry gave it another image as ${digest}`);
    }
    await tag(to, id, name);
  } finally {
    // Without another name, the image goes with this one.
    await to.getImage(pulled).remove().catch(unlessStatus(404, 409));
  }
}

/** Digest of the image's manifest in the registry that it was pushed to under this name. */
async function digestIn(docker: Docker, pushed: string, repository: string): Promise<string> {
  const { RepoDigests } = await docker.getImage(pushed).inspect();
  for (const name of RepoDigests) {
    const [own = "", digest] = name.split("@");
    // Of a repository on Docker Hub the engine leaves out the registry.
    if (`/${repository}`.endsWith(`/${own}`) && digest !== undefined) return digest;
  }
  throw new Error(`the engine does not know the digest of ${pushed}`);
}

const turns = new Map<string, Promise<unknown>>();

/** One at a time of those with this key: each of several hosts that get one image lends it the same name. */
async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(key) ?? Promise.resolve()).then(work, work);
  turns.set(key, turn);
  return await turn;
}
