/** Images built by the engine's classic builder, which every engine has and which needs no session. */
import type Docker from "dockerode";

import { buildContext, contextArchive } from "./build-context.ts";
import { orFail } from "../engine-calls.ts";
import { followProgress } from "../progress.ts";

/** What the engine is given of a build. */
export interface BuildOptions {
  /** A folder; a relative path begins at the folder that this program runs in. */
  readonly context: string;
  /** Default: `Dockerfile`. */
  readonly dockerfile?: string | undefined;
  /** Names beside the image's own. */
  readonly tags?: string[] | undefined;
  readonly buildArgs?: Record<string, string> | undefined;
  readonly labels?: Record<string, string> | undefined;
  readonly target?: string | undefined;
  readonly platform?: string | undefined;
  readonly networkMode?: string | undefined;
  /** Default: false. */
  readonly noCache?: boolean | undefined;
  /** Default: false. */
  readonly pullParent?: boolean | undefined;
  /** Whether the containers of steps go. Default: they do. */
  readonly remove?: boolean | undefined;
  /** Likewise when the build fails. Default: they stay. */
  readonly forceRemove?: boolean | undefined;
}

/**
 * Build the image `name`; its output goes to `status`.
 * @throws Error with the builder's message and the last lines of its output.
 */
export async function buildImage(
  docker: Docker,
  name: string,
  build: BuildOptions,
  context: { readonly signal: AbortSignal; readonly status: (line: string) => void },
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
