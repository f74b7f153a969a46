/** What the fault tests do to nodes, and what has to be said of it. */
import { expect } from "vitest";

import { unlessStatus } from "../../engine/engine-error.ts";
import type { ProcessGroup } from "../helpers/process-group.ts";
import type { ProjectStack } from "../helpers/stack.ts";
import { errorsIn, expectReadable } from "./runs.ts";

export const nodes = ["alice", "miner"] as const;

/**
 * Removes the nodes with all that they hold and the images of their snapshot: the next run does everything again.
 * A stack that is not up yet has none.
 */
export async function removeNodes(stack: ProjectStack): Promise<void> {
  if ((await stack.footprint()).containers.length === 0) return;
  await stack.removeNodes(...nodes);
  for (const node of nodes) {
    const image = stack.docker.getImage(`${stack.prefix}${node}:latest`);
    await image.remove().catch(unlessStatus(404));
  }
}

/** The run ends well, or with an error that says what is wrong with the node. Returns whether it ended well. */
export async function endsNaming(run: ProcessGroup, node: string): Promise<boolean> {
  const ended = await run.ended();
  if (ended.code === 0) return true;
  expectReadable(ended);
  expect(errorsIn(ended)).toContainEqual(expect.stringContaining(node));
  return false;
}
