import type Docker from "dockerode";

import { messageOf } from "../../../base/message.ts";
import { sweepAbandoned } from "../../../engine/clean-up/sweep.ts";
import { putBackForgotten } from "./names-noted.ts";

/**
 * Clears away what processes left that were killed: containers first, since they hold images.
 * @returns the names of images that were put back
 */
export async function clearAway(docker: Docker): Promise<string[]> {
  await sweepAbandoned(docker);
  return await putBackForgotten(docker);
}

/**
 * The same for a command, which continues if something cannot be restored.
 * @returns a line for each name that was put back, and for what could not be done
 */
export async function clearInterrupted(docker: Docker): Promise<string[]> {
  const lines: string[] = [];
  try {
    for (const name of await clearAway(docker))
      lines.push(`Restored the image name ${name}, which an interrupted run had changed.`);
  } catch (error) {
    lines.push(`Leftovers of interrupted runs could not be removed: ${messageOf(error)}`);
  }
  return lines;
}
