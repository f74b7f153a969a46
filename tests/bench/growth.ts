/** Measures stacks of several sizes: what a node costs in a small network, and in a large one. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { BenchStack } from "./bench-stack.ts";
import { describeMachine } from "./machine.ts";
import type { GrowthReport, GrowthRow } from "./report.ts";

export interface GrowthOptions {
  /** How many nodes each stack has. */
  readonly counts: readonly number[];
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export async function runGrowth(options: GrowthOptions): Promise<GrowthReport> {
  const { counts, environment, progress, signal } = options;
  const date = new Date().toISOString();
  const docker = await connectEngine({ signal });
  const machine = await describeMachine(docker, environment.env);
  const rows: GrowthRow[] = [];
  for (const count of counts) {
    rows.push(await progress.step(`${count} nodes`, () => measure(docker, count, signal)));
  }
  return { date, machine, rows };
}

async function measure(docker: Docker, count: number, signal: AbortSignal): Promise<GrowthRow> {
  const name = `bench-${randomBytes(4).toString("hex")}`;
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: `n${index}`,
    role: index === 0 ? "miner" : "peer",
  }));
  // A mesh's connections grow with the square of its nodes.
  const config = { nodes: JSON.stringify(nodes), connect: "star" };
  await using stack = await BenchStack.create({ docker, name, config, signal });
  const up = await stack.up();
  const memoryBytes = await memoryOf(docker, name);
  const upAgain = await stack.up();
  const reset = await stack.reset();
  const snapshot = await stack.snapshot();
  const status = await stack.status();
  await stack.down();
  return {
    nodes: count,
    memoryBytes,
    up: up.seconds,
    upAgain: upAgain.seconds,
    reset: reset.seconds,
    snapshot: snapshot.seconds,
    status: status.seconds,
  };
}

/** What the engine reports of one container, as far as it is read. */
interface Stats {
  readonly memory_stats: {
    readonly usage?: number;
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
}

/** Bytes that the stack's containers use together, without the files that could be dropped from memory, as `docker stats` counts. */
async function memoryOf(docker: Docker, stack: string): Promise<number> {
  const filters = labelFilter({ [label.stack]: stack, [label.kind]: "node" });
  const used = await Promise.all(
    (await docker.listContainers({ filters })).map(async ({ Id }) => {
      const options = { stream: false, "one-shot": true } as const;
      const { memory_stats } = (await docker.getContainer(Id).stats(options)) as Stats;
      const { usage = Number.NaN, stats = {} } = memory_stats;
      // The first with version 2 of control groups, the other with version 1.
      return usage - (stats.inactive_file ?? stats.total_inactive_file ?? 0);
    }),
  );
  return used.reduce((sum, bytes) => sum + bytes, 0);
}
