/** What the fault tests do with a stack: bring it up in one way or the other, to the end or not. */
import { expect } from "vitest";

import { expectDeclared, nothing } from "../helpers/declared.ts";
import { type Ended, ProcessGroup } from "../helpers/process-group.ts";
import type { ProjectStack } from "../helpers/stack.ts";

/** What the output shows when a step of the bootstrap begins, in order. */
export const bootstrapSteps = [
  "wait for the nodes",
  "connect the peers",
  "create the wallets",
  "mine to height",
  "pay 30.00000000 BTC",
  "confirm with",
  "read the chain",
] as const;

export type Command =
  "npm run up" | "npm run down" | "pulumi up" | "pulumi destroy" | "pulumi preview";

/** Program and arguments of a command on a stack. */
const commands: Record<Command, readonly string[]> = {
  "npm run up": ["npm", "run", "up", "--"],
  "npm run down": ["npm", "run", "down", "--"],
  "pulumi up": ["pulumi", "up", "--yes", "--skip-preview"],
  "pulumi destroy": ["pulumi", "destroy", "--yes", "--skip-preview"],
  "pulumi preview": ["pulumi", "preview"],
};

/** The command with what comes before and after it. */
export function wordsOf(stack: ProjectStack, command: Command): string[] {
  return [...stack.within, ...commands[command], "--stack", stack.name];
}

/** @param env variables that the command has beside those of this process */
export function start(
  stack: ProjectStack,
  command: Command = "npm run up",
  env: Readonly<Record<string, string>> = {},
): ProcessGroup {
  return ProcessGroup.start(wordsOf(stack, command), env);
}

/**
 * What both Pulumi itself and `npm run up` print of a resource.
 * @param line as Pulumi has it: type, name and operation
 */
export function told(line: string): RegExp {
  const [type = "", name = "", operation = ""] = line.split(" ");
  const kind = { Container: "node ", RemoteImage: "image " }[type] ?? "";
  return new RegExp(`(?:${type} |${kind})${name} ${operation}`);
}

/** `npm run up` brings about what is declared. Returns what it printed. */
export async function recoversTo(stack: ProjectStack, height?: number): Promise<string> {
  const { code, printed } = await start(stack).ended();
  expect(code, printed).toBe(0);
  expect(printed).toContain(`The network of stack ${stack.name} is up`);
  await expectDeclared(stack, height);
  return printed;
}

export async function changesNothing(stack: ProjectStack): Promise<void> {
  const { code, printed } = await start(stack).ended();
  expect(code, printed).toBe(0);
  expect(printed).toMatch(/Resources:\n +\d+ unchanged\n/);
}

/** `npm run down` leaves nothing on the engine. */
export async function goesDown(stack: ProjectStack): Promise<void> {
  const { code, printed } = await start(stack, "npm run down").ended();
  expect(code, printed).toBe(0);
  expect(await stack.footprint()).toEqual(nothing);
}

/** The end of a stack, for `afterAll`: whatever `npm run down` leaves goes all the same, and is a failure. */
export async function goesForGood(stack: ProjectStack): Promise<void> {
  try {
    await goesDown(stack);
  } finally {
    await stack[Symbol.asyncDispose]();
  }
}

/** A run that failed says so in a way that a person can read: in a sentence, without a stack trace. */
export function expectReadable({ printed }: Ended): void {
  expect(printed).toMatch(/error: /);
  expect(printed).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
}

/** The errors below Pulumi's "Diagnostics:". One of a resource that was half made stands on the line after its heading. */
export function errorsIn({ printed }: Ended): string[] {
  const [, diagnostics = ""] = printed.split("\nDiagnostics:\n");
  return [...diagnostics.matchAll(/^ +error: (?:1 error occurred:\s+\* )?(.*)$/gm)].map(
    ([, message = ""]) => message,
  );
}
