/** Images that a registry has: looked for on the engine, pulled if they are not there. */
import type Docker from "dockerode";
import type { ImageInspectInfo } from "dockerode";

import type { OperationContext } from "../server/handler.ts";
import { orFail, orGone } from "../../engine/engine-calls.ts";
import { followProgress } from "../../engine/progress.ts";

/** The local image of this name or id; `undefined` if there is none. */
export async function localImage(
  docker: Docker,
  name: string,
  signal: AbortSignal,
): Promise<ImageInspectInfo | undefined> {
  return await orGone(`unable to inspect image ${name}`, docker.getImage(name).inspect(), signal);
}

/**
 * The image of this name, pulled if the engine has it not. An image that is there is never pulled again.
 * @throws Error that names the image and gives the registry's own words.
 */
export async function localOrPulledImage(
  docker: Docker,
  name: string,
  context: OperationContext,
  platform?: string,
): Promise<ImageInspectInfo> {
  const { signal } = context;
  const there = await localImage(docker, name, signal);
  if (there !== undefined) return there;
  const failure = `unable to pull image ${name}: error pulling image ${name}`;
  context.status(`pulling ${name}`);
  const stream = await orFail(
    failure,
    docker.createImage({
      fromImage: name,
      // Without a tag the engine would pull them all.
      ...(!/[:@][^/]*$/.test(name) && { tag: "latest" }),
      ...(platform !== undefined && { platform }),
      abortSignal: signal,
    }),
    signal,
  );
  await orFail(failure, followProgress(stream, context), signal);
  const pulled = await localImage(docker, name, signal);
  if (pulled === undefined) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}
