/** Measures stacks of several sizes: what a node costs in a small network, and in a large one. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { BenchStack, type BenchStatus } from "./bench-stack.ts";
import { describeMachine } from "./machine.ts";
import { memoryOfAll } from "./memory.ts";
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
    const measured = progress.step(`${count} nodes`, async () => {
      await using stack = await BenchStack.create({
        ...{ docker, name: benchName(), config: starOf(count), signal },
      });
      return await measureNodes(stack, count, [docker]);
    });
    rows.push(await measured);
  }
  return { date, machine, rows };
}

export function benchName(): string {
  return `bench-${randomBytes(4).toString("hex")}`;
}

/** Config of so many nodes, all connected to the first: a mesh's connections grow with the square of its nodes. */
export function starOf(count: number): Record<string, string> {
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: `n${index}`,
    role: index === 0 ? "miner" : "peer",
  }));
  return { nodes: JSON.stringify(nodes), connect: "star" };
}

/** Brings the stack up, does all that is measured with it, and takes it down. */
export async function measureNodes(
  stack: BenchStack,
  count: number,
  engines: readonly Docker[],
): Promise<GrowthRow> {
  const up = await stack.up();
  const { seconds: status, status: seen } = await stack.statusJson();
  refuseApart(seen, count);
  const filters = labelFilter({ [label.stack]: stack.name, [label.kind]: "node" });
  const memoryBytes = await memoryOfAll(engines, filters);
  const upAgain = await stack.up();
  const reset = await stack.reset();
  const snapshot = await stack.snapshot();
  await stack.down();
  return {
    nodes: count,
    memoryBytes,
    up: up.seconds,
    upAgain: upAgain.seconds,
    reset: reset.seconds,
    snapshot: snapshot.seconds,
    status,
  };
}

/** Seconds say nothing of nodes that are missing or behind. */
function refuseApart({ height, nodes }: BenchStatus, count: number): void {
  const behind = nodes
    .filter((node) => node.height !== height)
    .map(({ name, state, problem }) => `${name} ${state} (${problem ?? "behind"})`);
  if (nodes.length === count && height > 0 && behind.length === 0) return;
  throw new Error(
    `${nodes.length} of ${count} nodes are there, not at height ${height}: ${behind.join(", ")}`,
  );
}
