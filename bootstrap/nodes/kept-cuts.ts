/**
 * The connections that were cut on purpose. bitcoind forgets with its end whom it was told not to dial, and dials
 * at its start whom its arguments name. So each node keeps the names in its datadir, and the entry point leaves
 * them out of the arguments: after a stop, a crash and a restart by the engine too.
 */
import type Docker from "dockerode";

import { keep, readKept } from "../containers/kept-file.ts";

/** Name of the file in the datadir, with a name on each line; entrypoint.sh reads it. Empty: nothing is cut. */
export const cutsFile = "cut-off";

/** Names of the nodes that this one is not to dial. */
export async function keptCuts(container: Docker.Container): Promise<string[]> {
  return (await readKept(container, cutsFile)).split("\n").filter((name) => name !== "");
}

/** Adds names to those that the node is not to dial, from its next start on. */
export async function keepCuts(
  container: Docker.Container,
  names: readonly string[],
): Promise<void> {
  const kept = await keptCuts(container);
  const all = new Set([...kept, ...names]);
  if (all.size > kept.length) await writeCuts(container, [...all]);
}

/** Takes names from them. */
export async function dropCuts(
  container: Docker.Container,
  names: readonly string[],
): Promise<void> {
  const kept = await keptCuts(container);
  const left = kept.filter((name) => !names.includes(name));
  if (left.length < kept.length) await writeCuts(container, left);
}

async function writeCuts(container: Docker.Container, names: readonly string[]): Promise<void> {
  await keep(container, cutsFile, names.map((name) => `${name}\n`).join(""));
}
