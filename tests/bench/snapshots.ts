/** Measures snapshots by the engine alone, without Pulumi: what a test that restores one has to wait for. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type Docker from "dockerode";

import { bootstrap } from "../../bootstrap/bootstrap.ts";
import type { ChainPlan } from "../../bootstrap/plan/chain-plan.ts";
import { exportSnapshot } from "../../bootstrap/snapshots/share/export.ts";
import { findSnapshot, type StoredSnapshot } from "../../bootstrap/snapshots/find.ts";
import { removeReference } from "../../bootstrap/snapshots/images.ts";
import { importSnapshot } from "../../bootstrap/snapshots/share/import.ts";
import { snapshotReference } from "../../bootstrap/snapshots/names.ts";
import { resetNetwork } from "../../bootstrap/snapshots/reset/reset.ts";
import { commitNetwork, startVerified } from "../../bootstrap/snapshots/take/commit.ts";
import { verifyStarted } from "../../bootstrap/snapshots/verify.ts";
import {
  openTemporaryNetwork,
  type TemporaryNetwork,
} from "../../bootstrap/nodes/temporary-network.ts";
import { label, stackLabels } from "../../engine/labels.ts";
import { removeContainersAndNetworks } from "../../engine/clean-up/sweep.ts";
import { startBare } from "./bare.ts";
import { timed } from "./timed.ts";

export interface SnapshotRound {
  /** Both nodes stopped, committed, started and verified. In seconds, as all of them. */
  readonly commit: number;
  /** Network, both containers from their images, peers connected, every fact of the manifest read again. */
  readonly restore: number;
  /** The same for alice alone, who has nobody to connect to. */
  readonly restoreOne: number;
  /** Network, both containers started, the first RPC answered by each: what a restore cannot do without. */
  readonly bare: number;
  /** Both nodes put back in place, connected and verified. */
  readonly reset: number;
  readonly exported: number;
  readonly imported: number;
  /** Of the exported file. */
  readonly archiveBytes: number;
}

export interface SnapshotBenchOptions {
  /** Of bitcoind, as images/bitcoind makes it. */
  readonly image: string;
  readonly plan: ChainPlan;
  /** Name of the snapshots, and of all that is left to clean up. */
  readonly name: string;
  readonly rounds: number;
  readonly signal: AbortSignal;
}

/** One more round goes before those that count. */
export async function measureSnapshots(
  docker: Docker,
  { image, plan, name, rounds, signal }: SnapshotBenchOptions,
): Promise<SnapshotRound[]> {
  const context = { signal, status: () => undefined };
  const folder = await mkdtemp(path.join(tmpdir(), `${name}-`));
  await using network = await openTemporaryNetwork(docker, {
    nodes: nodesFrom({ alice: image, miner: image }),
    signal,
  });
  try {
    const { funded } = await network.run((run) => bootstrap(run, network.inputs.connect, plan));
    const measured: SnapshotRound[] = [];
    for (let round = 0; round <= rounds; round++) {
      const { result: snapshot, seconds: commit } = await timed(async () => {
        const { before } = await commitNetwork(
          docker,
          network.inputs,
          {
            ...{ name, stackId: name, stack: name, kind: "named-snapshot", funded },
            references: {
              alice: snapshotReference(name, "alice"),
              miner: snapshotReference(name, "miner"),
            },
          },
          context,
        );
        await startVerified(docker, network.inputs, before, context);
        return await findSnapshot(docker, name);
      });
      const images = {
        alice: snapshot.images["alice"]?.id ?? "",
        miner: snapshot.images["miner"]?.id ?? "",
      };
      const { seconds: bare } = await timed(() =>
        startBare(docker, Object.values(images), name, signal),
      );
      await removeContainersAndNetworks(docker, { [label.stackId]: name });
      const restore = await timeRestore(docker, snapshot, images, signal);
      const restoreOne = await timeRestore(docker, snapshot, { alice: images.alice }, signal);
      const { seconds: reset } = await timed(() =>
        resetNetwork(docker, network.inputs, snapshot, {
          ...context,
          addresses: {},
          labels: stackLabels(name, name, "temporary"),
        }),
      );
      const file = path.join(folder, "snapshot.tar");
      const { result, seconds: exported } = await timed(() =>
        exportSnapshot(docker, name, file, { ...context, force: true }),
      );
      const { seconds: imported } = await timed(() =>
        importSnapshot(docker, file, { ...context, force: true }),
      );
      if (round === 0) continue;
      measured.push({
        commit,
        bare,
        restore,
        restoreOne,
        reset,
        exported,
        imported,
        archiveBytes: result.bytes,
      });
    }
    return measured;
  } finally {
    await removeContainersAndNetworks(docker, { [label.stackId]: name });
    for (const node of ["alice", "miner"]) {
      // There is none when the first commit failed.
      await removeReference(docker, snapshotReference(name, node)).catch(() => undefined);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

function nodesFrom(
  images: Readonly<Record<string, string>>,
): { name: string; role: "miner" | "peer"; image: string }[] {
  return Object.entries(images).map(([name, image]) => ({
    name,
    role: name === "miner" ? "miner" : "peer",
    image,
  }));
}

async function timeRestore(
  docker: Docker,
  { manifest }: StoredSnapshot,
  images: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  let network: TemporaryNetwork | undefined;
  try {
    const { seconds } = await timed(async () => {
      const opened = await openTemporaryNetwork(docker, { nodes: nodesFrom(images), signal });
      network = opened;
      const { facts } = manifest;
      const names = Object.keys(images);
      const only = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
        Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
      const peers = Object.fromEntries(
        Object.entries(only(facts.peers)).map(([node, all]) => [
          node,
          all.filter((peer) => names.includes(peer)),
        ]),
      );
      await opened.run((run) =>
        verifyStarted(run, opened.inputs.connect, {
          facts: { ...facts, wallets: only(facts.wallets), peers },
        }),
      );
    });
    return seconds;
  } finally {
    await network?.[Symbol.asyncDispose]();
  }
}
