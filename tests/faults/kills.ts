/** SIGKILL of everything that a run is made of, and what has to follow it. */
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "vitest";

import type { ProcessGroup } from "../helpers/process-group.ts";
import type { ProjectStack } from "../helpers/stack.ts";
import { type Command, recoversTo } from "./runs.ts";

/** Where a run is killed. */
export interface Point {
  /** What the output shows when a part of the run begins. */
  readonly marker: string | RegExp;
  readonly command: Command;
  /** Whether the plugins are killed as well: without, they notice by themselves that the engine is gone. */
  readonly plugins: "plugins killed" | "plugins left";
  /** Milliseconds after the marker, at most. Where exactly is different each time. Default: 300. */
  readonly withinMs?: number;
}

/** Both commands, and both fates of the plugins, spread over the markers. */
export function points(markers: readonly (string | RegExp)[], withinMs = 300): Point[] {
  return markers.map((marker, index) => ({
    marker,
    withinMs,
    command: index % 3 === 0 ? "npm run up" : "pulumi up",
    plugins: index % 2 === 0 ? "plugins killed" : "plugins left",
  }));
}

export async function killAt(
  run: ProcessGroup,
  { marker, plugins, withinMs = 300 }: Omit<Point, "command">,
): Promise<void> {
  await run.prints(marker);
  await sleep(Math.random() * withinMs);
  await kill(run, plugins);
}

export async function kill(run: ProcessGroup, plugins: Point["plugins"]): Promise<void> {
  if (plugins === "plugins killed") run.killAll();
  else run.signal("SIGKILL");
  const ended = await run.ended();
  expect(ended.signal, ended.printed).toBe("SIGKILL");
}

/** `npm run up` takes away the lock that a killed run left, says so, and ends in the declared state. */
export async function recoversFromKill(stack: ProjectStack): Promise<void> {
  const printed = await recoversTo(stack);
  expect(printed).toMatch(/^Removed the lock of an interrupted run \(process \d+\)\.$/m);
}
