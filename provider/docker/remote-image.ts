/** `docker:index/remoteImage:RemoteImage`: an image pulled, or built from a folder. */
import type Docker from "dockerode";
import type { ImageInspectInfo } from "dockerode";

import { messageOf } from "../../base/message.ts";
import type { OperationContext, Properties, ResourceHandler } from "../server/handler.ts";
import { checkProperties } from "./check.ts";
import { diffProperties } from "./diff.ts";
import { orGone } from "../../engine/engine-calls.ts";
import { buildImage } from "../../engine/build/build-image.ts";
import { localImage, localOrPulledImage } from "./image-pull.ts";
import { overlaid, plain, refreshedInputs } from "./properties.ts";
import { remoteImageTable, type RemoteImageInputs } from "./remote-image-rules.ts";

/** @param engine the client, once the provider is configured. */
export function remoteImageHandler(engine: () => Docker): ResourceHandler {
  return {
    timeLimit: 20 * 60,

    check: (news) => Promise.resolve(checkProperties("RemoteImage", remoteImageTable, news)),

    diff: (_id, state, _oldInputs, news) =>
      Promise.resolve({ detailed: diffProperties(remoteImageTable, state, news) }),

    plan: (inputs, state = {}) => overlaid(remoteImageTable, state, inputs),

    async create(properties, context) {
      const inputs = plain(properties) as unknown as RemoteImageInputs;
      const found = await builtOrPulled(engine(), inputs, context);
      return { id: imageKey(found, inputs.name), state: imageState(found, plain(properties)) };
    },

    async read(id, state, inputs, { signal }) {
      if (state === undefined) {
        throw new Error(
          `RemoteImage ${id} cannot be imported: the provider has no importer for it`,
        );
      }
      const name = nameOf(state);
      const found = await localImage(engine(), name, signal);
      if (found === undefined) return undefined;
      const current = imageState(found, plain(state));
      return {
        id: imageKey(found, name),
        state: current,
        inputs: refreshedInputs(remoteImageTable, inputs, current),
      };
    },

    async update(_id, state, properties, context) {
      const inputs = plain(properties) as unknown as RemoteImageInputs;
      const found = await localOrPulledImage(engine(), inputs.name, context, inputs.platform);
      return imageState(found, overlaid(remoteImageTable, state, properties));
    },

    async delete(_id, state, { signal }) {
      if (state["keepLocally"] === true) return;
      await orGone(
        "Unable to remove Docker image",
        engine()
          .getImage(nameOf(state))
          .remove({ force: state["forceRemove"] === true, abortSignal: signal }),
        signal,
      );
    },
  };
}

async function builtOrPulled(
  docker: Docker,
  { name, build, platform }: RemoteImageInputs,
  context: OperationContext,
): Promise<ImageInspectInfo> {
  if (build === undefined) {
    try {
      return await localOrPulledImage(docker, name, context, platform);
    } catch (error) {
      context.signal.throwIfAborted();
      throw new Error(`Unable to read Docker image into resource: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  await buildImage(docker, name, build, context);
  const built = await localImage(docker, name, context.signal);
  if (built === undefined)
    throw new Error(`the build of ${name} succeeded, but left no such image`);
  return built;
}

function nameOf(state: Properties): string {
  return String(state["name"]);
}

/** The id of the resource: the image's, and the name that it goes by. */
function imageKey({ Id }: ImageInspectInfo, name: string): string {
  return Id + name;
}

function imageState(found: ImageInspectInfo, before: Properties): Properties {
  return { ...before, imageId: found.Id, repoDigest: repoDigest(found, nameOf(before)) };
}

/** The digest under which the name's own repository has the image, else the first one; "" for one that no registry has. */
function repoDigest({ RepoDigests: digests }: ImageInspectInfo, name: string): string {
  const repository = name.replace(/(@.*|:[^/:]*)$/, "");
  const all = (digests as string[] | null) ?? [];
  return all.find((digest) => digest.startsWith(`${repository}@`)) ?? all[0] ?? "";
}
