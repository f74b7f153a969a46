/** Measures `up`, `down` and the bootstrap, next to the same steps done by a shell script. */
import { randomBytes } from "node:crypto";
import path from "node:path";

import type Docker from "dockerode";

import { connectEngine } from "../../engine/client.ts";
import { freePorts } from "../../engine/free-ports.ts";
import { defaultPlan } from "../../bootstrap/plan/default-plan.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { projectFolder } from "../../base/files/paths.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { findLndImage } from "../helpers/lnd-image.ts";
import { BenchStack } from "./bench-stack.ts";
import { measureClones } from "./clones.ts";
import { figures } from "./figures.ts";
import { type LightningRound, measureLightning } from "./lightning.ts";
import { bootstrapBegins, snapshotEnds } from "./lines.ts";
import { describeMachine } from "./machine.ts";
import type { Report } from "./report.ts";
import { measureSnapshots } from "./snapshots.ts";
import { secondsBetween, timedRun, type TimedRun } from "./timed-lines.ts";

export interface BenchOptions {
  /** Rounds that count; one more goes before them, which fills the caches. */
  readonly rounds: number;
  /** How many networks of the test kit are asked for at once, one number after the other. */
  readonly atOnce: readonly number[];
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export async function runBench(options: BenchOptions): Promise<Report> {
  const { rounds, atOnce, environment, progress, signal } = options;
  const date = new Date().toISOString();
  const docker = await connectEngine({ signal });
  const machine = await describeMachine(docker, environment.env);
  const name = `bench-${randomBytes(4).toString("hex")}`;
  const [alice = 0, miner = 0] = await freePorts(2);
  const config = { aliceRpcPort: String(alice), minerRpcPort: String(miner) };
  await using stack = await BenchStack.create({ docker, name, config, signal });

  const walkThrough = (image: string): Promise<TimedRun> =>
    timedRun(path.join(projectFolder, "tests/bench/walk-through.sh"), [image, `${name}-walk`], {
      cwd: projectFolder,
      signal,
    });

  const { image, sizes } = await progress.step(`Warming up stack ${name}`, async () => {
    await stack.up();
    const sizes = await stack.sizes();
    const image = await stack.holdImage();
    await stack.down();
    await walkThrough(image);
    return { image, sizes };
  });

  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    measured.push(
      await progress.step(`Round ${round} of ${rounds}`, async () => {
        const up = await stack.up();
        const upUnchanged = await stack.up();
        const plainUp = await stack.plainUp();
        const status = await stack.status();
        const mine = await stack.mine();
        const reset = await stack.reset();
        const down = await stack.down();
        const commands = { up, upUnchanged, plainUp, status, mine, reset, down };
        return { ...commands, walkThrough: await walkThrough(image) };
      }),
    );
  }
  const snapshots = await progress.step("Snapshots, by the engine alone", async () => {
    const plan = defaultPlan();
    const benchName = `${name}-snapshots`;
    return await measureSnapshots(docker, { image, plan, name: benchName, rounds, signal });
  });
  const clones = await progress.step("Networks of the test kit", () =>
    measureClones(docker, { image, name: `${name}-kit`, rounds, atOnce, signal }),
  );
  const lightning = await lightningRounds(docker, options);
  return {
    date,
    rounds,
    machine,
    figures: figures({
      up: measured.map(({ up }) => up.seconds),
      upUnchanged: measured.map(({ upUnchanged }) => upUnchanged.seconds),
      plainUp: measured.map(({ plainUp }) => plainUp.seconds),
      status: measured.map(({ status }) => status.seconds),
      mine: measured.map(({ mine }) => mine.seconds),
      reset: measured.map(({ reset }) => reset.seconds),
      down: measured.map(({ down }) => down.seconds),
      bootstrap: measured.map(({ up }) => secondsBetween(up, bootstrapBegins, snapshotEnds)),
      walkThrough: measured.map(({ walkThrough }) =>
        secondsBetween(walkThrough, /^started$/, /^done$/),
      ),
      snapshots,
      clones,
      lightning,
      ...sizes,
    }),
  };
}

/** None where there is no lnd: building it takes longer than all that is measured. */
async function lightningRounds(
  docker: Docker,
  { rounds, progress, signal }: BenchOptions,
): Promise<LightningRound[]> {
  const image = await findLndImage(docker);
  if (image === undefined) {
    progress.note("lnd is not measured, since its image is missing: npm test -- lightning gets it");
    return [];
  }
  return await progress.step("Networks with lnd and an open channel", () =>
    measureLightning(docker, { image, rounds, signal }),
  );
}

interface Round {
  readonly up: TimedRun;
  readonly upUnchanged: TimedRun;
  readonly plainUp: TimedRun;
  readonly status: TimedRun;
  readonly mine: TimedRun;
  readonly reset: TimedRun;
  readonly down: TimedRun;
  readonly walkThrough: TimedRun;
}
