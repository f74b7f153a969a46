/** Images built by the engine's classic builder, which every engine has and which needs no session. */
import type Docker from "dockerode";

import type { OperationContext } from "../server/handler.ts";
import { buildContext, contextArchive } from "./build-context.ts";
import { orFail } from "./engine-calls.ts";
import { followProgress } from "../../engine/progress.ts";
import type { BuildInputs } from "./remote-image-rules.ts";

/**
 * Build the image `name`; its output shows as the resource's status.
 * @throws Error with the builder's message and the last lines of its output.
 */
export async function buildImage(
  docker: Docker,
  name: string,
  build: BuildInputs,
  context: OperationContext,
): Promise<void> {
  const { signal } = context;
  const failure = "Error running legacy build";
  const source = await orFail(failure, buildContext(build));
  context.status(`building ${name}`);
  const archive = await orFail(failure, contextArchive(source));
  const stream = await orFail(
    failure,
    docker.buildImage(archive, {
      // The client sends a list as repeated parameters, which its types do not say.
      t: [name, ...(build.tags ?? [])] as unknown as string,
      dockerfile: source.dockerfile,
      version: "1",
      buildargs: build.buildArgs,
      labels: build.labels,
      ...(build.target !== undefined && { target: build.target }),
      ...(build.platform !== undefined && { platform: build.platform }),
      ...(build.networkMode !== undefined && { networkmode: build.networkMode }),
      nocache: build.noCache ?? false,
      pull: build.pullParent ?? false,
      rm: build.remove ?? true,
      forcerm: build.forceRemove ?? false,
      abortSignal: signal,
    }),
    signal,
  );
  await orFail(failure, followProgress(stream, context), signal);
}
