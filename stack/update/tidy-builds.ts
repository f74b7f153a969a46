import { tidyBuildCache } from "../../engine/clean-up/build-cache.ts";
import { connectToFirst } from "../../engine/engine-input.ts";
import type { StackState } from "../stack-state.ts";

/** Tidies what builds left, see {@link tidyBuildCache}, on the engines that the stack's networks were built on. */
export async function tidyBuilds({ networks }: StackState): Promise<void> {
  const { signal } = new AbortController();
  for (const { claim } of networks) await tidyBuildCache(await connectToFirst(claim, signal));
}
