/** Replacing the nodes' data in place: their containers stay, and with them addresses and ports. */
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

import type Docker from "dockerode";
import { pack } from "tar-stream";

import { putEntries } from "../../engine/container-files.ts";
import { engineError, isConflict, isNotFound } from "../../engine/engine-error.ts";
import { label } from "../../engine/labels.ts";
import { waitFor } from "../../base/wait.ts";
import type { NodeContainer } from "./stop-start.ts";

/** Where bitcoind keeps chain and wallets, and where entrypoint.sh looks for a reset, see images/bitcoind/. */
export const datadir = "/home/bitcoin/.bitcoin/regtest";
/** Tells entrypoint.sh to reset. */
const resetSignal = "SIGUSR1";
const bitcoinUser = 1000;
/** Whose the files in it are. */
export const bitcoinOwner = { uid: bitcoinUser, gid: bitcoinUser };

/** A node, and the datadir that it is to have, as a tar archive of the folder `regtest`. */
export interface Replacement extends NodeContainer {
  readonly archive: Buffer;
}

/** A datadir in which bitcoind begins at the genesis block, without wallets. */
export async function emptyDatadir(): Promise<Buffer> {
  const tar = pack();
  // Without that for the wallets bitcoind would put them beside the blocks.
  for (const name of ["regtest", "regtest/wallets"])
    tar.entry({ name, type: "directory", ...bitcoinOwner, mode: 0o700 });
  tar.finalize();
  return await buffer(tar);
}

/** @throws Error that names a node whose image has no entry point that takes resets */
export async function refuseUnresettable(containers: readonly NodeContainer[]): Promise<void> {
  for (const { name, container } of containers) {
    const { Config } = await container.inspect();
    if (Config.Labels[label.reset] === resetSignal) continue;
    throw new Error(
      `${name} runs an image that this version cannot reset: it is older, or of another project; ` +
        "npm run up replaces it with the current one, unless the stack was started from an older snapshot",
    );
  }
}

/** @param timeout Seconds that ending bitcoind may take. */
export async function replaceDatadirs(
  nodes: readonly Replacement[],
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  // All of them, before one is put back: another would feed it the blocks that it is to forget.
  const ended = await Promise.all(nodes.map((node) => endBitcoind(node, timeout, signal)));
  await Promise.all(
    nodes.map(async ({ container, archive }, index) => {
      await putReset(container, archive);
      // Not before the engine is done with the files: the entry point removes them.
      if (ended[index] === true) await tellReset(container, signal);
    }),
  );
}

/**
 * Lets entrypoint.sh end bitcoind and wait for a reset. A container that does not run takes it up at its start.
 * @returns whether it runs
 */
async function endBitcoind(
  { name, container }: NodeContainer,
  timeout: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(await tellReset(container, signal))) return false;
  await waitFor((signal) => awaitsReset(container, signal), {
    what: `${name} to stop bitcoind and wait for its reset`,
    limitMs: timeout * 1000,
    signal,
    everyMs: 5,
    maxEveryMs: 20,
  });
  return true;
}

/** @returns whether it runs */
async function tellReset(container: Docker.Container, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await container.kill({ signal: resetSignal, abortSignal });
    return true;
  } catch (error) {
    // The engine's answer when it does not.
    if (isConflict(error)) return false;
    throw engineError(error);
  }
}

async function awaitsReset(
  container: Docker.Container,
  abortSignal: AbortSignal,
): Promise<true | { pending: string }> {
  try {
    const answer: unknown = await container.infoArchive({
      path: `${datadir}/reset.awaited`,
      abortSignal,
    });
    // It has no body; unread all the same, it would hold its connection, and with it this process.
    (answer as Readable).resume();
    return true;
  } catch (error) {
    if (isNotFound(error)) return { pending: "it runs" };
    throw engineError(error);
  }
}

async function putReset(container: Docker.Container, archive: Buffer): Promise<void> {
  const file = { ...bitcoinOwner, mode: 0o600 };
  await putEntries(container, datadir, [
    [{ name: "reset.tar", ...file }, archive],
    // The engine unpacks in order: when this is there, the other is whole. For a container that does not run.
    [{ name: "reset.whole", ...file }, ""],
  ]);
}
