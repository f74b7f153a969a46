/** Destroys a stack whose process ended without doing so: one that was killed, or that Ctrl-C ended. */
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

export interface Abandoned {
  readonly stack: string;
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** To be removed afterwards. */
  readonly folder: string;
}

/**
 * Starts a process that waits for the end of this one. The pipe between them closes however that comes; nothing
 * secret is on its command line.
 * @returns what ends it when there is nothing more to destroy
 */
export function destroyAtExit(abandoned: Abandoned): () => void {
  // The same file, whether compiled or not.
  const main = `destroy-main${path.extname(fileURLToPath(import.meta.url))}`;
  const watcher = spawn(process.execPath, [fileURLToPath(new URL(main, import.meta.url))], {
    // In a session of its own: a terminal's Ctrl-C is for the whole group.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.on("error", () => undefined);
  watcher.stdin.on("error", () => undefined);
  watcher.stdin.write(`${JSON.stringify(abandoned)}\n`);
  watcher.unref();
  // A pipe is a socket, which has this too, though its type does not say so.
  (watcher.stdin as unknown as { unref: () => void }).unref();
  return () => {
    watcher.kill();
  };
}
