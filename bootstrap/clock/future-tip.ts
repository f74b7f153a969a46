/** Recovers nodes that do not start because blocks were mined at a future time that `setmocktime` had set and nothing kept. */
import { logTail } from "../../engine/log.ts";
import { engineError } from "../../engine/engine-error.ts";
import { keepTime } from "./kept-time.ts";
import { parseTime } from "./mocktime.ts";
import type { NodeContainer } from "../containers/stop-start.ts";

/** Lines of the log in which one start that fails so is found: it is of some sixty. */
const startLines = 100;

/**
 * Sets the clocks of all nodes to the time of the newest block, where one of them does not start for being
 * behind it, and starts them again.
 * @returns the time in seconds since 1970; undefined when there is no such node
 */
export async function restartFromFuture(
  nodes: readonly NodeContainer[],
): Promise<number | undefined> {
  const times = await Promise.all(nodes.map(futureTip));
  const found = times.filter((time) => time !== undefined);
  if (found.length === 0) return undefined;
  const time = Math.max(...found);
  try {
    await Promise.all(nodes.map(({ container }) => keepTime(container, time)));
    // Those that run too: the clocks of all are to show the same.
    await Promise.all(nodes.map(({ container }) => container.restart()));
  } catch (error) {
    throw engineError(error);
  }
  return time;
}

/** Time of the newest block of a node that does not start for it. */
async function futureTip({ container }: NodeContainer): Promise<number | undefined> {
  const { State, RestartCount } = await container.inspect();
  // One that is started again and again runs for a moment each time.
  const ended = State.Status === "exited" ? State.ExitCode !== 0 : RestartCount > 0;
  return ended ? futureTipIn(await logTail(container, startLines)) : undefined;
}

/** The same, from the end of what it wrote; undefined when its last start did not end so. */
export function futureTipIn(log: string): number | undefined {
  // Each start tells the tip: what comes after the last one is of the last start.
  const last = log.split(/Loaded best chain: .* date=(?=\S+)/);
  const [date = ""] = (last.at(-1) ?? "").split(/\s/, 1);
  return last.length > 1 && last.at(-1)?.includes("appears to be from the future") === true
    ? parseTime(date)
    : undefined;
}
