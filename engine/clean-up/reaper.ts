/** Clean-up after a process that cannot do it itself any more: one that was killed, or that Ctrl-C ended. */
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { ownOwner } from "./owner.ts";

let begun = false;

/**
 * Starts, once for this process, another one that waits for its end and then removes what it still
 * has on the engine. The pipe between them closes however this process ends.
 */
export function reapAtExit(): void {
  if (begun) return;
  begun = true;
  // The same file, whether compiled or not.
  const main = `reaper-main${path.extname(fileURLToPath(import.meta.url))}`;
  const reaper = spawn(
    process.execPath,
    [fileURLToPath(new URL(main, import.meta.url)), ownOwner],
    // In a session of its own: a terminal's Ctrl-C is for the whole group.
    { detached: true, stdio: ["pipe", "ignore", "ignore"] },
  );
  // Without it the sweep at the next start does the work.
  reaper.on("error", () => undefined);
  reaper.stdin.on("error", () => undefined);
  reaper.unref();
  // A pipe is a socket, which has this too, though its type does not say so.
  (reaper.stdin as unknown as { unref: () => void }).unref();
}
