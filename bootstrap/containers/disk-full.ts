import { logTail } from "../../engine/log.ts";
import type { Watched } from "./container-exit.ts";

/** Lines of a log that are searched. */
const lines = 50;

/** How bitcoind, SQLite and the system say it. */
const full = /disk space is too low|disk is full|no space left/i;

/**
 * What a node's log says of a full disk: the answer to a call tells what failed, and not why.
 * @param since seconds since 1970; what the log said before is another story
 */
export async function diskFullLine(
  { container }: Watched,
  since: number,
): Promise<string | undefined> {
  // Where the log cannot be read, there is what the call answered.
  const log = await logTail(container, lines, since).catch(() => "");
  return log.split("\n").findLast((line) => full.test(line));
}
