/** A run that is told to stop: it does so soon, says so, and the next one takes it up. */
import { expect } from "vitest";

import { ProcessGroup } from "../helpers/process-group.ts";
import type { ProjectStack } from "../helpers/stack.ts";
import { expectReadable, recoversTo, wordsOf } from "./runs.ts";

/** Milliseconds from the signal to the end of the last process, on a machine that does other things too. */
const promptMs = 15_000;

const ways = {
  /** The terminal tells the whole group, and `npm run up` knows that the Pulumi CLI was told. */
  "Ctrl-C": (run: ProcessGroup) => {
    run.pressCtrlC();
  },
  /** Without a terminal the CLI is told twice, and then drops everything. */
  "SIGINT to the process group": (run: ProcessGroup) => {
    run.signal("SIGINT");
  },
  "SIGTERM to npm": (run: ProcessGroup) => {
    run.signalFirst("SIGTERM");
  },
};

export type Way = keyof typeof ways;

/** Interrupts `npm run up` when its output has the marker. */
export async function interruptAt(
  stack: ProjectStack,
  marker: string | RegExp,
  way: Way,
): Promise<void> {
  const words = wordsOf(stack, "npm run up");
  const run = way === "Ctrl-C" ? ProcessGroup.startInTerminal(words) : ProcessGroup.start(words);
  await run.prints(marker);
  const began = performance.now();
  ways[way](run);
  const ended = await run.ended();
  const took = performance.now() - began;
  console.info(`${way} at "${String(marker)}": stopped after ${Math.round(took)} ms`);
  expect(ended.code, ended.printed).not.toBe(0);
  expect(took).toBeLessThan(promptMs);
  const inOrder = way !== "SIGINT to the process group";
  if (inOrder) expectReadable(ended);
  const printed = await recoversTo(stack);
  // Stopped in order, it has given its lock back.
  if (inOrder) expect(printed).not.toContain("Removed the lock");
}
