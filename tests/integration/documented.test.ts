/** Every command that a page says is run by this test, in the page's order, with the output that it shows. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { freePorts } from "../../engine/free-ports.ts";
import {
  asInPage,
  forTest,
  isShown,
  type Names,
  runSteps,
  stepsOf,
} from "../helpers/documented.ts";
import { readPage } from "../helpers/markdown.ts";
import { TestStack } from "../helpers/stack.ts";

const limitMs = 280_000;

let stack: TestStack;
let names: Names;
beforeAll(async () => {
  const [alice = 0, miner = 0, byHand = 0] = await freePorts(3);
  stack = await TestStack.create({ aliceRpcPort: String(alice), minerRpcPort: String(miner) });
  const ports = { "18332": alice, "18342": miner, "18352": byHand };
  names = { stack: stack.name, prefix: stack.prefix, ports };
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

// In this order: each page finds the stack as the one before left it, and the last one takes it down.
describe.each(["docs/walk-through.md"])("%s", (page) => {
  it("does what it shows", async () => {
    const blocks = readPage(page).blocks.filter(({ note }) => note.includes("documented.test.ts"));
    expect(blocks.length).toBeGreaterThan(0);
    const steps = blocks.flatMap(stepsOf);
    const typed = steps.map((step) => ({ ...step, command: forTest(step.command, names) }));
    const printed = await runSteps(typed, limitMs);
    steps.forEach(({ command, shown }, index) => {
      if (shown === undefined) return;
      const seen = asInPage(printed[index] ?? "", names);
      if (!isShown(shown, seen)) expect(seen, `what is printed by: ${command}`).toBe(shown);
    });
  });
});
