import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";

import type Docker from "dockerode";

import { messageOf } from "../base/message.ts";
import { engineError } from "../engine/engine-error.ts";
import { stackLabels } from "../engine/labels.ts";
import { ownedLabels } from "../engine/clean-up/owner.ts";
import type { NodesContext } from "../bootstrap/nodes/on-nodes.ts";
import { buildImage } from "../engine/build/build-image.ts";
import { serviceBuild } from "../bootstrap/plan/service-build.ts";
import type { ServicePlan } from "../bootstrap/plan/settings/service-plan.ts";
import type { NetworkPlan, NodePlan } from "../bootstrap/plan/settings/network-plan.ts";
import { packageFolder, projectFolder } from "../base/files/paths.ts";

/** Images of nodes and services; disposing of them removes them. */
export interface NodeImages extends AsyncDisposable {
  /** Name of the image that a service is made from. */
  ofService(service: Pick<ServicePlan, "name">): string;
  /** Name of the image that a node is started from. */
  of(node: Pick<NodePlan, "image">): string;
}

type PlannedImages = Pick<NetworkPlan, "nodes" | "services" | "coreDownloadBase">;

/** The images of planned nodes and services: that of every stack, and on top of it one for every other bitcoind. */
export async function openNodeImages(
  docker: Docker,
  baseImage: string,
  { nodes, services, coreDownloadBase: downloadBase }: PlannedImages,
  context: NodesContext,
): Promise<NodeImages> {
  await using opened = new AsyncDisposableStack();
  const debian = opened.use(await openNodeImage(docker, baseImage, context));
  const names = new Map([[JSON.stringify("debian"), debian.name]]);
  for (const { image } of nodes) {
    const key = JSON.stringify(image);
    if (image === "debian" || names.has(key)) continue;
    const { core, external } = image;
    const { coreRelease } = await import("../provider/regtest/core-release.ts");
    const folder =
      core === undefined
        ? join(packageFolder, "images/other")
        : resolve(
            projectFolder,
            await coreRelease(docker, { version: core, downloadBase, ...context }),
          );
    const buildArgs = { NODE_IMAGE: debian.name, SOURCE: external ?? baseImage };
    names.set(key, opened.use(await openBuilt(docker, folder, buildArgs, context)).name);
  }
  const ofServices = new Map<string, string>();
  for (const { name, image } of services) {
    const { folder, buildArgs } = serviceBuild(image, baseImage);
    const at = resolve(folder);
    const built = await openBuilt(docker, at, buildArgs, context).catch((error: unknown) => {
      const what = typeof image === "string" ? `image ${image}` : `image in ${folder}`;
      const message = `${name}: its ${what} is not available: ${messageOf(error)}`;
      throw new Error(message, { cause: error });
    });
    ofServices.set(name, opened.use(built).name);
  }
  const all = opened.move();
  return {
    ofService: ({ name }) => ofServices.get(name) ?? "",
    of: ({ image }) => names.get(JSON.stringify(image)) ?? debian.name,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/**
 * The image of a node as every stack builds it, under a random name; disposing of it removes it.
 * @param life Labels that say how long it is wanted if nobody disposes of it. Default: as long as this process lives.
 */
export async function openNodeImage(
  docker: Docker,
  baseImage: string,
  context: NodesContext,
  life = ownedLabels(),
): Promise<OpenImage> {
  const folder = join(packageFolder, "images/bitcoind");
  return await openBuilt(docker, folder, { BASE: baseImage }, context, life);
}

type OpenImage = { readonly name: string } & AsyncDisposable;

async function openBuilt(
  docker: Docker,
  folder: string,
  buildArgs: Record<string, string>,
  { signal, status }: NodesContext,
  life = ownedLabels(),
): Promise<OpenImage> {
  const id = `temporary-${randomBytes(4).toString("hex")}`;
  const name = `regtest-network/${id}:latest`;
  const build = {
    context: folder,
    // Whatever Dockerfile the program's folder has.
    dockerfile: join(folder, "Dockerfile"),
    forceRemove: true,
    buildArgs,
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
