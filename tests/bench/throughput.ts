/** Measures how many networks a second tests get when they do nothing but take one, mine a block and give it back. */
import os from "node:os";

import type Docker from "dockerode";

import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { removeReference } from "../../bootstrap/snapshots/images.ts";
import { connectEngine } from "../../engine/client.ts";
import { ownOwner } from "../../engine/clean-up/owner.ts";
import { removeContainersAndNetworks } from "../../engine/clean-up/sweep.ts";
import { label } from "../../engine/labels.ts";
import type { Progress } from "../../base/progress/steps.ts";
import {
  cloneNetwork,
  createPool,
  prepareSnapshot,
  type TestNetwork,
} from "../../testing/index.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { startBare } from "./bare.ts";
import { describeMachine } from "./machine.ts";
import type { ThroughputReport, ThroughputRow } from "./report.ts";
import { timed } from "./timed.ts";

export interface ThroughputOptions {
  /** How many tests take networks at once, one number after the other. */
  readonly takers: readonly number[];
  /** Of each measurement. */
  readonly seconds: number;
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Gives a test a network, lets it work, and takes it back. */
type Turn = (work: (network: TestNetwork) => Promise<void>) => Promise<void>;

export async function runThroughput(options: ThroughputOptions): Promise<ThroughputReport> {
  const { takers, seconds, environment, progress, signal } = options;
  const date = new Date().toISOString();
  const docker = await connectEngine({ signal });
  const machine = await describeMachine(docker, environment.env);
  const snapshot = await prepareSnapshot({ snapshot: `bench-${process.pid}`, signal });
  const references = Object.values((await findSnapshot(docker, snapshot)).images);
  const images = references.map(({ id }) => id);
  const rows: ThroughputRow[] = [];
  try {
    for (const count of takers) {
      const measured = await progress.step(`Networks for ${count} at once`, async () => ({
        again: await fromPool(snapshot, count, { seconds, signal }),
        // Each is a new one, started and removed.
        anew: await measure(count, { seconds, signal }, async (work) => {
          await using network = await cloneNetwork({ snapshot, signal });
          await work(network);
        }),
        bare: await measure(count, { seconds, signal }, () => bareTurn(docker, images, signal)),
      }));
      const leftovers = await removeContainersAndNetworks(docker, { [label.owner]: ownOwner });
      rows.push({ takers: count, leftovers, ...measured });
    }
  } finally {
    for (const { image } of references) await removeReference(docker, image);
  }
  return { date, machine, seconds, rows };
}

async function fromPool(
  snapshot: string,
  takers: number,
  { seconds, signal }: Pick<ThroughputOptions, "seconds" | "signal">,
): Promise<ThroughputRow["again"]> {
  await using pool = await createPool({ snapshot, signal });
  await pool.filled();
  // As many as will be taken at once, so that none is started while it counts.
  const first = await Promise.all(Array.from({ length: takers }, () => pool.take()));
  await Promise.all(first.map((network) => network.dispose()));
  await pool.filled();
  return await measure(takers, { seconds, signal }, async (work) => {
    await using network = await pool.take();
    await work(network);
  });
}

async function measure(
  takers: number,
  { seconds, signal }: Pick<ThroughputOptions, "seconds" | "signal">,
  turn: Turn,
): Promise<ThroughputRow["again"]> {
  const until = performance.now() + seconds * 1_000;
  const busyBefore = busySeconds();
  let networks = 0;
  const { seconds: took } = await timed(() =>
    Promise.all(
      Array.from({ length: takers }, async () => {
        while (performance.now() < until) {
          signal.throwIfAborted();
          await turn(async (network) => {
            await network.mine();
          });
          networks++;
        }
      }),
    ),
  );
  return {
    perSecond: networks / took,
    cpuSeconds: (busySeconds() - busyBefore) / networks,
  };
}

async function bareTurn(
  docker: Docker,
  images: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const id = `bench-bare-${process.pid}-${Math.random().toString(16).slice(2)}`;
  try {
    await startBare(docker, images, id, signal);
  } finally {
    await removeContainersAndNetworks(docker, { [label.stackId]: id });
  }
}

/** Of all processors of this machine, whatever they did. */
function busySeconds(): number {
  const each = os.cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq);
  return each.reduce((sum, ms) => sum + ms, 0) / 1_000;
}
