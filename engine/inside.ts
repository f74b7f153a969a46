/** Whether this program runs in a container of the engine that it works with, as one with the engine's socket does. */
import { readFile } from "node:fs/promises";

import type Docker from "dockerode";

import { isNotFound } from "./engine-error.ts";

/** Files that Docker mounts into each container from a folder with its id. */
const ownFile = /\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf) \/etc\//;

/** The id of this process's container; undefined: it is in none of Docker's. */
export function containerIn(mountinfo: string): string | undefined {
  return ownFile.exec(mountinfo)?.[1];
}

/**
 * Whether the engine has this process in a container with a network of its own, from which the loopback address of the
 * engine's machine is not to be reached.
 */
export async function isInsideOf(docker: Docker): Promise<boolean> {
  const mountinfo = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  const id = containerIn(mountinfo);
  if (id === undefined) return false;
  try {
    return (await docker.getContainer(id).inspect()).HostConfig.NetworkMode !== "host";
  } catch (error) {
    // Another engine's: that of this one is in the same container, or elsewhere.
    if (isNotFound(error)) return false;
    throw error;
  }
}
