/** Whose a thing on the engine is that is only there for a time, and whether anybody still wants it. */
import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

import { label, stackLabels } from "../labels.ts";

/** Seconds after which a thing counts as forgotten by an owner that cannot be looked at: one day. */
const longestLife = 86_400;

/** A process that makes things, as its label has it. */
interface Owner {
  /** Where its process id counts, see {@link thisHost}. */
  readonly host: string;
  readonly pid: number;
  /** When it was started, as far as the system tells: process ids are used again. */
  readonly started: string;
  /** Tells the threads of a process apart, each of which has this module for itself. */
  readonly id: string;
}

const self: Owner = {
  host: thisHost(),
  pid: process.pid,
  started: startOf(process.pid) ?? "",
  id: randomBytes(8).toString("hex"),
};

/** The value of {@link label.owner} on all that this process, or this thread of it, makes for a time. */
export const ownOwner = JSON.stringify(self);

/**
 * Labels of a thing that goes with this process.
 * @param now Milliseconds since 1970.
 */
export function ownedLabels(now = Date.now()): Record<string, string> {
  return { ...lastingLabels(longestLife, now), [label.owner]: ownOwner };
}

/** Labels of a thing that is there for one operation on a clone, and goes with this process. @param id of the clone */
export function cloneHelperLabels(id: string): Record<string, string> {
  return { ...stackLabels(id, id, "temporary"), ...ownedLabels() };
}

/**
 * Labels of a thing that outlives its maker, and goes when its time is over.
 * @param seconds How long it is wanted.
 * @param now Milliseconds since 1970.
 */
export function lastingLabels(seconds: number, now = Date.now()): Record<string, string> {
  // No owner, and none that the image of a container had.
  return { [label.owner]: "", [label.expires]: String(Math.ceil(now / 1_000) + seconds) };
}

/**
 * Labels that take back those which say whose a thing is: an image is nobody's, nor what is started from it.
 * Containers have them under their own, since they have those of their image where they have none.
 */
export const unownedLabels = { [label.stackId]: "", [label.owner]: "", [label.expires]: "" };

/**
 * Whether nobody wants the thing any more: its owner was a process of this machine and is gone; or
 * there is no owner that could be looked at from here, and its time is over.
 * @param now Milliseconds since 1970.
 */
export function isAbandoned(labels: Readonly<Record<string, string>>, now = Date.now()): boolean {
  // Empty in an image that was committed from such a thing, and in what is started from it.
  const { [label.owner]: owner = "", [label.expires]: expires = "" } = labels;
  const known = readOwner(owner);
  if (known?.host === self.host) return !isSame(known);
  return expires !== "" && Number(expires) * 1_000 <= now;
}

/** Undefined: none, or one that this version did not write. */
function readOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return typeof owner?.host === "string" && typeof owner.pid === "number"
      ? { host: owner.host, pid: owner.pid, started: String(owner.started), id: String(owner.id) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process lives, and is not another one that has its id. */
function isSame({ pid, started }: Owner): boolean {
  return isAlive(pid) && (startOf(pid) ?? started) === started;
}

/** One that was killed and that nobody has waited for is dead, though it still has its id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return statOf(pid)?.[0] !== "Z";
}

/**
 * The machine as of its last boot, and the pid namespace. Two machines may have one name, and to take a
 * process of the other for a dead one of this would remove what somebody works with.
 */
function thisHost(): string {
  if (process.platform !== "linux") return hostname();
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${hostname()} ${boot} ${readlinkSync("/proc/self/ns/pid")}`;
}

/** The moment at which the process was started; `undefined` where nothing tells, or it is gone. */
function startOf(pid: number): string | undefined {
  return statOf(pid)?.[19];
}

/** What the system tells of a process, from its state on; `undefined` where nothing tells, or it is gone. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // proc(5): from the third field on; the second, the name, may hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
