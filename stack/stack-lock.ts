/** The lock that an update of the file backend holds, and that a killed one leaves behind. */
import { readFile, stat } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";

import { isAlive } from "../engine/clean-up/owner.ts";
import { jsonIn, readRecord } from "../base/files/files.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { stackPlace } from "./stack-place.ts";

/** The contents of a lock file, as far as they tell who holds it. */
interface Lock {
  readonly pid: number;
  readonly hostname: string;
}

/** Milliseconds after which a lock that is not whole is nobody's: one is written at once. */
const writtenMs = 10_000;

/**
 * Who held the stack's lock on this machine and is no more, in words; `undefined` when nobody holds it,
 * when its holder lives, or when another machine or backend knows.
 * @param stack by any name that the Pulumi CLI takes
 */
export async function deadLockHolder(
  environment: Environment,
  stack: string,
): Promise<string | undefined> {
  const place = await stackPlace(environment, stack);
  if (place === undefined) return undefined;
  const ofStack = path.join("organization", place.project, place.stack);
  const locks = await jsonIn(path.join(place.backend, ".pulumi/locks", ofStack));
  const holders = await Promise.all(locks.map(deadHolder));
  // All locks are taken away at once: none may be that of a run that goes on.
  return holders.includes(undefined) ? undefined : holders[0];
}

async function deadHolder(file: string): Promise<string | undefined> {
  const lock = (await readRecord(file)) as Partial<Lock> | undefined;
  if (typeof lock?.pid === "number") {
    const isDead = lock.hostname === hostname() && !(await isPulumi(lock.pid));
    return isDead ? `process ${lock.pid}` : undefined;
  }
  // Cut off by a kill or a full disk: it says nothing, and whoever wrote it did nothing else.
  return (await isOlder(file, writtenMs)) ? `unknown, ${file} is incomplete` : undefined;
}

async function isOlder(file: string, ms: number): Promise<boolean> {
  // Taken away meanwhile: by its holder, who lives.
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}

/** Process ids are used again: a live process under this one need not be the holder. */
async function isPulumi(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes("pulumi");
}
