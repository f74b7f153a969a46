/** Every command that a page says is run by this test, in the page's order, with the output that it shows. */
import { rm } from "node:fs/promises";

import { afterAll, beforeAll, expect } from "vitest";

import {
  asInPage,
  forTest,
  isShown,
  type Names,
  runSteps,
  stepsOf,
} from "../helpers/documented.ts";
import { readPage } from "../helpers/markdown.ts";
import { nothing } from "../helpers/declared.ts";
import { ownPorts } from "../helpers/run.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";

const limitMs = 280_000;

let stack: ProjectStack;
let names: Names;
let archive: string;
beforeAll(async () => {
  const [alice = 0, miner = 0, byHand = 0] = await ownPorts(3);
  stack = await ProjectStack.create({ aliceRpcPort: String(alice), minerRpcPort: String(miner) });
  names = {
    stack: stack.name,
    prefix: stack.prefix,
    words: {
      lunch: `${stack.prefix}lunch`,
      NAME: `${stack.prefix}alice`,
      STACK: stack.name,
    },
    ports: { 18332: alice, 18342: miner, 18352: byHand },
  };
  archive = `/tmp/${stack.prefix}lunch.tar.gz`;
});
afterAll(async () => {
  await rm(archive, { force: true });
  await stack[Symbol.asyncDispose]();
});

/** Types the blocks of a page that say so, and compares what comes with what they show. */
async function follow(page: string, note: string): Promise<void> {
  const blocks = readPage(page).blocks.filter((block) => block.note === note);
  expect(blocks.length).toBeGreaterThan(0);
  const steps = blocks.flatMap(stepsOf);
  const typed = steps.map((step) => ({ ...step, command: forTest(step.command, names) }));
  const printed = await runSteps(typed, limitMs);
  steps.forEach(({ command, shown }, index) => {
    if (shown === undefined) return;
    const seen = asInPage(printed[index] ?? "", names);
    if (!isShown(shown, seen)) expect(seen, `what is printed by: ${command}`).toBe(shown);
  });
}

const runHere = "run by tests/integration/documented.test.ts";

// In this order: each page finds the stack as the one before left it.
const { test } = story();
for (const page of [
  "README.md",
  "docs/walk-through.md",
  "docs/reproducible-chain.md",
  "docs/snapshots.md",
  "docs/time.md",
  "docs/configuration.md",
  "docs/troubleshooting.md",
  "CONTRIBUTING.md",
]) {
  test(`${page} shows what its commands do`, () => follow(page, runHere));
}

test("README.md takes it all away", async () => {
  await follow("README.md", `${runHere}, last`);
  const { containers, networks, images } = await stack.footprint();
  expect([...containers, ...networks]).toEqual([]);
  // A snapshot that was taken by name outlives the stack.
  const named = ["alice", "miner"].map((node) => `regtest-snapshot/${stack.prefix}lunch:${node}`);
  expect(images).toEqual(named);
});

test("CONTRIBUTING.md removes what is left, by its label", async () => {
  await follow("CONTRIBUTING.md", `${runHere}, last`);
  expect(await stack.footprint()).toEqual(nothing);
});
