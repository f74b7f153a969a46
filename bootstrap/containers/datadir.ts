/** Replacing the nodes' data in place: their containers stay, and with them addresses and ports. */
import { buffer } from "node:stream/consumers";

import { pack } from "tar-stream";

import { allEnded } from "../../base/all-ended.ts";
import { putEntries } from "../../engine/container-files.ts";
import { label } from "../../engine/labels.ts";
import { endedMeanwhile } from "./container-exit.ts";
import { type Patience, type ResetChannel, ResetChannels } from "./reset-channel.ts";
import type { NodeContainer, SeenContainer } from "./stop-start.ts";

/** Where bitcoind keeps chain and wallets, and where entrypoint.sh looks for a reset, see images/bitcoind/. */
export const datadir = "/home/bitcoin/.bitcoin/regtest";
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
export function refuseUnresettable(containers: readonly SeenContainer[]): void {
  for (const { name, info } of containers) {
    if (info.Config.Labels[label.reset] === "SIGUSR1") continue;
    throw new Error(
      `${name} runs an image that this version cannot reset: it is older, or of another project; ` +
        "npm run up replaces it with the current one, unless the stack was started from an older snapshot",
    );
  }
}

/** Replaces the nodes' datadirs, see {@link bringDatadirs} and {@link takeUpDatadirs}. */
export async function replaceDatadirs(
  nodes: readonly Replacement[],
  patience: Patience,
): Promise<void> {
  using channels = new ResetChannels();
  await takeUpDatadirs(await bringDatadirs(nodes, channels, patience), patience);
}

/** A node that has its new datadir beside the one that it runs with. */
export interface Brought {
  readonly node: Replacement;
  /** Undefined: its container does not run, and has nothing yet. */
  readonly channel: ResetChannel | undefined;
}

/** Writes the datadirs beside those that the nodes run with, which go on. */
export async function bringDatadirs(
  nodes: readonly Replacement[],
  channels: ResetChannels,
  patience: Patience,
): Promise<Brought[]> {
  return await allEnded(
    nodes.map(async (node) => {
      const channel = await channels.of(node, patience);
      await channel?.put(node.archive, patience);
      return { node, channel };
    }),
  );
}

/**
 * Ends bitcoind on all nodes, and starts it with the new datadirs. A container that does not run takes its own up at its
 * start.
 * @throws ContainerExitedError when a container ends instead, as on a full disk
 */
export async function takeUpDatadirs(
  brought: readonly Brought[],
  patience: Patience,
): Promise<void> {
  // All of them, before one is put back: another would feed it the blocks that it is to forget. And to their end also
  // where one fails: a channel that still waits for its answer would swallow what the next reset asks.
  const channels = brought.flatMap(({ channel }) => channel ?? []);
  try {
    await allEnded(channels.map((channel) => channel.end(patience)));
    await allEnded(
      brought.map(async ({ node, channel }) => {
        await (channel === undefined ? putReset(node) : channel.begin(patience));
      }),
    );
  } catch (error) {
    const running = brought.flatMap(({ node, channel }) => (channel === undefined ? [] : [node]));
    throw (await endedMeanwhile(running, patience.signal)) ?? error;
  }
}

async function putReset({ container, archive }: Replacement): Promise<void> {
  const file = { ...bitcoinOwner, mode: 0o600 };
  await putEntries(container, datadir, [
    [{ name: "reset.tar", ...file }, archive],
    // The engine unpacks in order: when this is there, the other is whole.
    [{ name: "reset.whole", ...file }, ""],
  ]);
}
