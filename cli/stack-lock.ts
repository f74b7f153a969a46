/** The lock that an update of the file backend holds, and that one which was killed leaves behind. */
import { glob, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { isAlive } from "../engine/owner.ts";

/** The contents of a lock file, as far as they tell who holds it. */
interface Lock {
  readonly pid: number;
  readonly hostname: string;
}

/**
 * The process that held the stack's lock on this machine and is no more; `undefined` when nobody
 * holds it, when its holder lives, or when another machine or backend knows.
 */
export async function deadLockHolder(
  backendUrl: string | undefined,
  stack: string,
): Promise<number | undefined> {
  if (backendUrl?.startsWith("file://") !== true) return undefined;
  const locks = path.join(fileURLToPath(backendUrl), ".pulumi/locks/**", stack, "*.json");
  for await (const file of glob(locks)) {
    const lock = JSON.parse(await readFile(file, "utf8")) as Lock;
    if (lock.hostname === hostname() && !(await isPulumi(lock.pid))) return lock.pid;
  }
  return undefined;
}

/** Process ids are used again: a live process under this one need not be the holder. */
async function isPulumi(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes("pulumi");
}
