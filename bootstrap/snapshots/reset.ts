/** Putting a running network back to a snapshot, in place: containers, ports, addresses and credentials stay. */
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

import type Docker from "dockerode";
import { pack } from "tar-stream";

import { engineError, isConflict, isNotFound } from "../../engine/errors.ts";
import { label } from "../../engine/labels.ts";
import type { OperationContext } from "../../plugin/handler.ts";
import { unpause } from "../node.ts";
import { type NetworkInputs, onNodes } from "../session.ts";
import { waitFor } from "../wait.ts";
import { containersOf, type NodeContainer, startWithAddresses } from "./containers.ts";
import type { StoredSnapshot } from "./find.ts";
import { verifyStarted } from "./verify.ts";

export interface ResetOptions extends Pick<OperationContext, "signal" | "status"> {
  /** Node's name → its address, which it gets again. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Labels of the containers that images are read through, so that none is forgotten. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where bitcoind keeps chain and wallets, and where entrypoint.sh looks for a reset: see images/bitcoind/. */
const home = "/home/bitcoin";
const datadir = `${home}/.bitcoin/regtest`;
const bitcoinUser = 1000;

/**
 * Gives every node the chain and the wallets that it has in the snapshot, and makes sure of it.
 * @throws Error, before anything is touched, when a node runs an older bitcoind than the snapshot was
 *   made by, or an image that takes no resets
 */
export async function resetNetwork(
  docker: Docker,
  network: NetworkInputs,
  snapshot: StoredSnapshot,
  options: ResetOptions,
): Promise<void> {
  const { signal, status } = options;
  const containers = containersOf(docker, network.nodes);
  status(`read snapshot ${snapshot.name}`);
  await refuseUnfitNodes(docker, network, snapshot, containers, options);
  const archives = await Promise.all(
    containers.map(async ({ name, container }) => ({
      container,
      archive: await datadirOf(docker, snapshot, name, options.labels),
    })),
  );
  status("put the nodes back");
  await unpause(docker, network.nodes);
  // All of them, before one is put back: another would feed it the blocks that it is to forget.
  await Promise.all(containers.map((node) => endBitcoind(node, network.timeout, signal)));
  await Promise.all(archives.map(({ container, archive }) => putReset(container, archive)));
  // Those that did not run.
  await startWithAddresses(containers, options.addresses, signal);
  await onNodes(docker, network, options, (run) =>
    verifyStarted(run, network.connect, snapshot.manifest.facts),
  );
}

/** An image must know what a reset is; and bitcoind opens what an older one wrote, not what a newer one did. */
async function refuseUnfitNodes(
  docker: Docker,
  network: NetworkInputs,
  { name: snapshot, manifest, images }: StoredSnapshot,
  containers: readonly NodeContainer[],
  options: ResetOptions,
): Promise<void> {
  const origins = await Promise.all(containers.map(({ container }) => container.inspect()));
  const without = origins.findIndex(({ Config }) => !(label.reset in Config.Labels));
  if (without !== -1) {
    throw new Error(
      `${containers[without]?.name ?? ""} runs an image that takes no resets: it is older, or not this project's; ` +
        "npm run up makes the node anew from today's",
    );
  }
  const sameImage = manifest.nodes.every(({ name, baseImage }) => {
    const origin = origins[network.nodes.findIndex((node) => node.name === name)]?.Image;
    return origin === baseImage || origin === images[name]?.id;
  });
  if (sameImage) return;
  await onNodes(docker, network, options, async (run) => {
    for (const { name, rpc } of run.nodes) {
      const { version } = await rpc.call("getnetworkinfo");
      const made = manifest.nodes.find((node) => node.name === name)?.version ?? 0;
      if (version < made) {
        throw new Error(
          `${name} runs bitcoind ${version}, snapshot "${snapshot}" was made by the newer ${made}`,
        );
      }
      if (version > made) options.status(`${name}: bitcoind ${version} opens what ${made} wrote`);
    }
  });
}

/** The datadir that a node's image holds, as a tar archive. An image is read through a container that never runs. */
async function datadirOf(
  docker: Docker,
  { name, images }: StoredSnapshot,
  node: string,
  labels: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const image = images[node];
  if (image === undefined) throw new Error(`snapshot "${name}" has no node ${node}`);
  try {
    const container = await docker.createContainer({ Image: image.id, Labels: { ...labels } });
    try {
      return await buffer(await container.getArchive({ path: datadir }));
    } finally {
      await container.remove({ force: true });
    }
  } catch (error) {
    throw engineError(error);
  }
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
  const owner = { uid: bitcoinUser, gid: bitcoinUser, mode: 0o600 };
  tar.entry({ name: "reset.tar", ...owner }, archive);
  // The engine unpacks in order: when this is there, the other is whole.
  tar.entry({ name: "reset.whole", ...owner }, "");
  tar.finalize();
  try {
    await container.putArchive(await buffer(tar), { path: home });
  } catch (error) {
    throw engineError(error);
  }
}
