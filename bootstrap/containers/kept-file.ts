/** Small files in a node's datadir, which outlast its container's stops: whether it runs or not, they can be read and written. */
import path from "node:path";

import type Docker from "dockerode";

import { putEntries, readFileIn } from "../../engine/container-files.ts";
import { bitcoinOwner, datadir } from "./datadir.ts";

/** What is in the file; "" when there is none. */
export async function readKept(container: Docker.Container, name: string): Promise<string> {
  return (await readFileIn(container, path.posix.join(datadir, name))) ?? "";
}

export async function keep(
  container: Docker.Container,
  name: string,
  content: string,
): Promise<void> {
  await putEntries(container, datadir, [[{ name, ...bitcoinOwner, mode: 0o600 }, content]]);
}
