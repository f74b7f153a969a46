import type Docker from "dockerode";

import { tidyBuildCache } from "../../engine/clean-up/build-cache.ts";
import { connectToFirst } from "../../engine/engine-input.ts";
import type { StackState } from "../stack-state.ts";

/**
 * Tidies what builds left, see {@link tidyBuildCache}, on the engines that the stack's networks were built on.
 * @param docker the engine for a stack without a network
 */
export async function tidyBuilds({ networks }: StackState, docker: Docker): Promise<void> {
  if (networks.length === 0) await tidyBuildCache(docker);
  const { signal } = new AbortController();
  for (const { claim } of networks) await tidyBuildCache(await connectToFirst(claim, signal));
}
