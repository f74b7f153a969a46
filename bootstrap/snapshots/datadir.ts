/** Replacing what nodes have written, in place: their containers go on, and with them addresses and ports. */
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

import type Docker from "dockerode";
import { pack } from "tar-stream";

import { engineError, isConflict, isNotFound } from "../../engine/errors.ts";
import { label } from "../../engine/labels.ts";
import { waitFor } from "../../base/wait.ts";
import type { NodeContainer } from "./containers.ts";

/** Where entrypoint.sh looks for a reset, see images/bitcoind/. */
const home = "/home/bitcoin";
/** Where bitcoind keeps chain and wallets. */
export const datadir = `${home}/.bitcoin/regtest`;
const bitcoinUser = 1000;
const owner = { uid: bitcoinUser, gid: bitcoinUser };

/** A node, and the datadir that it is to have, as a tar archive of the folder `regtest`. */
export interface Replacement extends NodeContainer {
  readonly archive: Buffer;
}

/** A datadir in which bitcoind begins at the genesis block, without wallets. */
export async function emptyDatadir(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "regtest", type: "directory", ...owner, mode: 0o700 });
  tar.finalize();
  return await buffer(tar);
}

/** @throws Error that names a node whose image has no entry point that takes resets */
export async function refuseUnresettable(containers: readonly NodeContainer[]): Promise<void> {
  for (const { name, container } of containers) {
    const { Config } = await container.inspect();
    if (label.reset in Config.Labels) continue;
    throw new Error(
      `${name} runs an image that takes no resets: it is older, or not this project's; ` +
        "npm run up makes the node anew from today's",
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
  await Promise.all(nodes.map((node) => endBitcoind(node, timeout, signal)));
  await Promise.all(nodes.map(({ container, archive }) => putReset(container, archive)));
}

/** Lets entrypoint.sh end bitcoind and wait for a reset. A container that does not run takes it up at its start. */
async function endBitcoind(
  { name, container }: NodeContainer,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await container.kill({ signal: "SIGHUP", abortSignal: signal });
  } catch (error) {
    // It does not run.
    if (isConflict(error)) return;
    throw engineError(error);
  }
  await waitFor((signal) => awaitsReset(container, signal), {
    what: `${name} to end bitcoind and wait for its reset`,
    limitMs: timeout * 1000,
    signal,
    everyMs: 5,
    maxEveryMs: 20,
  });
}

async function awaitsReset(
  container: Docker.Container,
  abortSignal: AbortSignal,
): Promise<true | { pending: string }> {
  try {
    const answer: unknown = await container.infoArchive({
      path: `${home}/reset.awaited`,
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
  const tar = pack();
  const file = { ...owner, mode: 0o600 };
  tar.entry({ name: "reset.tar", ...file }, archive);
  // The engine unpacks in order: when this is there, the other is whole.
  tar.entry({ name: "reset.whole", ...file }, "");
  tar.finalize();
  try {
    await container.putArchive(await buffer(tar), { path: home });
  } catch (error) {
    throw engineError(error);
  }
}
