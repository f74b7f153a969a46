/** Measures the test kit: what a test waits for until it has a network of its own. */
import type Docker from "dockerode";

import { bootstrap } from "../../bootstrap/bootstrap.ts";
import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { removeReference } from "../../bootstrap/snapshots/images.ts";
import { openTemporaryNetwork } from "../../bootstrap/nodes/temporary-network.ts";
import { label } from "../../engine/labels.ts";
import { ownOwner } from "../../engine/clean-up/owner.ts";
import { removeContainersAndNetworks } from "../../engine/clean-up/sweep.ts";
import { defaultPlan } from "../../bootstrap/plan/default-plan.ts";
import {
  type CloneOptions,
  cloneNetwork,
  createPool,
  prepareSnapshot,
  type TestNetwork,
} from "../../testing/index.ts";
import { startBare } from "./bare.ts";
import { memoryOf } from "./memory.ts";
import { timed } from "./timed.ts";

/** In seconds, where nothing else is said. */
export interface CloneRound {
  /** Network, both nodes, peered, every fact of the snapshot read again. */
  readonly clone: number;
  /** The engine's own work for it: network, both containers, the first answer of each. */
  readonly bare: number;
  /** What a test without snapshots does: the same network from the genesis block. */
  readonly genesis: number;
  /** From a pool that is full. */
  readonly take: number;
  readonly dispose: number;
  /** Of one node, file caches left out. */
  readonly memoryBytes: number;
  /** Of the first round alone. */
  readonly atOnce: readonly AtOnce[];
}

/** Networks that were all asked for at the same time. */
export interface AtOnce {
  readonly networks: number;
  /** Until the last one was ready, divided by their number. */
  readonly each: number;
  readonly failures: number;
  /** Containers and networks that were still there when all had been disposed of. */
  readonly leftovers: number;
}

export interface CloneBenchOptions {
  /** Of bitcoind, as images/bitcoind makes it. */
  readonly image: string;
  /** Name of the snapshot, and of all that is left to clean up. */
  readonly name: string;
  readonly rounds: number;
  /** How many networks are asked for at once, one number after the other, in the first round. */
  readonly atOnce: readonly number[];
  readonly signal: AbortSignal;
}

/** One more round goes before those that count. */
export async function measureClones(
  docker: Docker,
  { image, name, rounds, atOnce, signal }: CloneBenchOptions,
): Promise<CloneRound[]> {
  const snapshot = await prepareSnapshot({ snapshot: name, signal });
  const references = Object.values((await findSnapshot(docker, snapshot)).images);
  try {
    const takes = await timeTakes({ snapshot, signal }, rounds);
    const measured: CloneRound[] = [];
    for (let round = 0; round <= rounds; round++) {
      const { result: network, seconds: clone } = await timed(() =>
        cloneNetwork({ snapshot, signal }),
      );
      const memoryBytes = await meanMemory(docker, network);
      const { seconds: dispose } = await timed(() => network.dispose());
      const images = references.map(({ id }) => id);
      const { seconds: bare } = await timed(() => startBare(docker, images, name, signal));
      await removeContainersAndNetworks(docker, { [label.stackId]: name });
      const genesis = await timeGenesis(docker, image, signal);
      const all: AtOnce[] = [];
      // Once: it is the mean of many, and lasts as long as all else of the test kit. The round before fills caches.
      for (const networks of round === 1 ? atOnce : []) {
        all.push(await startAtOnce(docker, networks, snapshot, signal));
      }
      const take = takes[round - 1];
      if (take === undefined) continue;
      measured.push({ clone, bare, genesis, take, dispose, memoryBytes, atOnce: all });
    }
    return measured;
  } finally {
    await removeContainersAndNetworks(docker, { [label.stackId]: name });
    for (const { image } of references) await removeReference(docker, image);
  }
}

/**
 * Seconds until a test has a network of a pool that is full, for each round: nothing else is under way meanwhile.
 * @param use what the test does with it; not counted
 */
export async function timeTakes(
  options: CloneOptions,
  rounds: number,
  use: (network: TestNetwork) => Promise<unknown> = () => Promise.resolve(),
): Promise<number[]> {
  await using pool = await createPool({ ...options, size: 1 });
  const takes: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    await pool.filled();
    const { result: network, seconds } = await timed(() => pool.take());
    takes.push(seconds);
    await use(network);
    await network.dispose();
  }
  return takes;
}

async function timeGenesis(docker: Docker, image: string, signal: AbortSignal): Promise<number> {
  const plan = defaultPlan();
  const begin = performance.now();
  await using network = await openTemporaryNetwork(docker, {
    nodes: [
      { name: "alice", role: "peer", image },
      { name: "miner", role: "miner", image },
    ],
    signal,
  });
  await network.run((run) => bootstrap(run, network.inputs.connect, plan));
  return (performance.now() - begin) / 1000;
}

async function startAtOnce(
  docker: Docker,
  networks: number,
  snapshot: string,
  signal: AbortSignal,
): Promise<AtOnce> {
  const { result: started, seconds } = await timed(() =>
    Promise.allSettled(Array.from({ length: networks }, () => cloneNetwork({ snapshot, signal }))),
  );
  signal.throwIfAborted();
  const ready = started.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  await Promise.all(ready.map((network) => network.dispose()));
  const leftovers = await removeContainersAndNetworks(docker, { [label.owner]: ownOwner });
  return {
    networks,
    each: seconds / networks,
    failures: networks - ready.length,
    leftovers,
  };
}

/** The mean of its nodes. */
async function meanMemory(docker: Docker, { nodes }: TestNetwork): Promise<number> {
  const each = await Promise.all(
    Object.values(nodes).map(({ containerId }) => memoryOf(docker.getContainer(containerId))),
  );
  return each.reduce((sum, bytes) => sum + bytes, 0) / each.length;
}
