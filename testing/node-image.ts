import { randomBytes } from "node:crypto";
import { join } from "node:path";

import type Docker from "dockerode";

import { engineError } from "../engine/engine-error.ts";
import { stackLabels } from "../engine/labels.ts";
import { ownedLabels } from "../engine/clean-up/owner.ts";
import type { NodesContext } from "../bootstrap/nodes/on-nodes.ts";
import { buildImage } from "../engine/build/build-image.ts";
import { packageFolder } from "../base/files/paths.ts";

/**
 * The image of a node as every stack builds it, under a random name; disposing of it removes it.
 * @param life Labels that say how long it is wanted if nobody disposes of it. Default: as long as this process lives.
 */
export async function openNodeImage(
  docker: Docker,
  baseImage: string,
  { signal, status }: NodesContext,
  life = ownedLabels(),
): Promise<{ readonly name: string } & AsyncDisposable> {
  const id = `temporary-${randomBytes(4).toString("hex")}`;
  const name = `regtest-network/${id}:latest`;
  const build = {
    context: join(packageFolder, "images/bitcoind"),
    dockerfile: "Dockerfile",
    forceRemove: true,
    buildArgs: { BASE: baseImage },
    labels: { ...stackLabels(id, id, "image"), ...life },
  };
  await buildImage(docker, name, build, { signal, status });
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await docker
        .getImage(name)
        .remove()
        .catch((error: unknown) => {
          throw engineError(error);
        });
    },
  };
}
