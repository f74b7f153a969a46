import type Docker from "dockerode";

import { engineError, isNotFound } from "../engine/engine-error.ts";

/** Debian testing, the one that has bitcoind's package. */
export const release = "forky";
/** Where a registry can be reached. */
export const registryImage = `debian:${release}-slim`;
/** Made here from Debian's packages where none can. */
export const ownImage = `regtest-network/debian:${release}`;

/**
 * The base image that is on the engine already. An own one goes first: once a network was built on it, a registry
 * image that turns up later must not replace the whole network.
 */
export async function findBaseImage(docker: Docker): Promise<string | undefined> {
  for (const image of [ownImage, registryImage]) {
    try {
      await docker.getImage(image).inspect();
      return image;
    } catch (error) {
      if (!isNotFound(error)) throw engineError(error);
    }
  }
  return undefined;
}
