/** What the fault tests do to nodes, and what has to be said of it. */
import { expect } from "vitest";

import type { ProcessGroup } from "../helpers/process-group.ts";
import { errorsIn, expectReadable } from "./runs.ts";

export const nodes = ["alice", "miner"] as const;

/** The run ends well, or with an error that says what is wrong with the node. Returns whether it ended well. */
export async function endsNaming(run: ProcessGroup, node: string): Promise<boolean> {
  const ended = await run.ended();
  if (ended.code === 0) return true;
  expectReadable(ended);
  expect(errorsIn(ended)).toContainEqual(expect.stringContaining(node));
  return false;
}
