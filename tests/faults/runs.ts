/** What the fault tests do with a stack: bring it up in one way or the other, to the end or not. */
import { expect } from "vitest";

import { expectDeclared, nothing } from "../helpers/declared.ts";
import { type Ended, ProcessGroup } from "../helpers/process-group.ts";
import type { TestStack } from "../helpers/stack.ts";

export type Command = "npm run up" | "pulumi up";

export function startUp(stack: TestStack, command: Command = "npm run up"): ProcessGroup {
  const onStack = ["--stack", stack.name];
  return command === "npm run up"
    ? ProcessGroup.start("npm", "run", "up", "--", ...onStack)
    : ProcessGroup.start("pulumi", "up", "--yes", "--skip-preview", ...onStack);
}

/** `npm run up` brings about what is declared. Returns what it printed. */
export async function recoversTo(stack: TestStack, height?: number): Promise<string> {
  const { code, printed } = await startUp(stack).ended();
  expect(code, printed).toBe(0);
  expect(printed).toContain(`The network of stack ${stack.name} is up`);
  await expectDeclared(stack, height);
  return printed;
}

export async function changesNothing(stack: TestStack): Promise<void> {
  const { code, printed } = await startUp(stack).ended();
  expect(code, printed).toBe(0);
  expect(printed).toMatch(/Resources:\n +\d+ unchanged\n/);
}

/** `npm run down` leaves nothing on the engine. */
export async function goesDown(stack: TestStack): Promise<void> {
  const { code, printed } = await ProcessGroup.start(
    ...(["npm", "run", "down", "--", "--stack", stack.name] as const),
  ).ended();
  expect(code, printed).toBe(0);
  expect(await stack.footprint()).toEqual(nothing);
}

/** A run that failed says so in a way that a person can read: in a sentence, without a stack trace. */
export function expectReadable({ printed }: Ended): void {
  expect(printed).toMatch(/error: /);
  expect(printed).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
}
