/** Measures stacks of several sizes, each in a full mesh: what a node more costs. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { BenchStack } from "./bench-stack.ts";
import { bootstrapBegins, snapshotEnds } from "./lines.ts";
import { describeMachine } from "./machine.ts";
import type { ScaleReport, ScaleRow } from "./report.ts";
import { secondsBetween } from "./timed-lines.ts";

export interface ScaleOptions {
  /** How many nodes each stack has. */
  readonly counts: readonly number[];
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export async function runScale(options: ScaleOptions): Promise<ScaleReport> {
  const { counts, environment, progress, signal } = options;
  const date = new Date().toISOString();
  const docker = await connectEngine({ signal });
  const machine = await describeMachine(docker, environment.env);
  const rows: ScaleRow[] = [];
  for (const count of counts) {
    rows.push(await progress.step(`${count} nodes`, () => measure(docker, count, signal)));
  }
  return { date, machine, rows };
}

async function measure(docker: Docker, count: number, signal: AbortSignal): Promise<ScaleRow> {
  const name = `bench-${randomBytes(4).toString("hex")}`;
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: `n${index}`,
    role: index === 0 ? "miner" : "peer",
  }));
  const config = { nodes: JSON.stringify(nodes) };
  await using stack = await BenchStack.create({ docker, name, config, signal });
  const up = await stack.up();
  const memoryBytes = await memoryOf(docker, name);
  const reset = await stack.reset();
  const down = await stack.down();
  return {
    nodes: count,
    up: up.seconds,
    bootstrap: secondsBetween(up, bootstrapBegins, snapshotEnds),
    reset: reset.seconds,
    down: down.seconds,
    memoryBytes,
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
