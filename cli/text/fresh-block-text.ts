import type { FreshBlock } from "../../bootstrap/verbs/fresh-block.ts";

/** Tells of a block that config `freshBlock` has put on top of the declared chain. */
export function freshBlockText({ height, time }: FreshBlock): string {
  return `Block ${height}, of ${time}, was mined for its time (freshBlock)`;
}
