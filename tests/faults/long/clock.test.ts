/** Clocks that are wrong, of a node or of the program: the chain is the declared one all the same, or the reason is told. */
import { pathToFileURL } from "node:url";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { chainBegin } from "../../../bootstrap/clock/mocktime.ts";
import { projectFolder } from "../../../base/files/paths.ts";
import { bitcoinCli } from "../../helpers/bitcoin-cli.ts";
import { ProjectStack } from "../../helpers/stack.ts";
import { nodes, removeNodes } from "../nodes.ts";
import {
  changesNothing,
  errorsIn,
  expectReadable,
  goesForGood,
  recoversTo,
  start,
} from "../runs.ts";

const hour = 3_600;
/** Seconds since 1970: long before the chain begins. */
const year2020 = 1_577_836_800;

let stack: ProjectStack;
beforeAll(async () => {
  stack = await ProjectStack.create({ timeout: "10" });
  await stack.up();
});
afterAll(async () => {
  await goesForGood(stack);
});

/** Makes the node's clock stand still at this time. */
async function setClock(node: string, seconds: number): Promise<void> {
  await bitcoinCli(stack.container(node), "setmocktime", String(Math.round(seconds)));
}

const now = (): number => Date.now() / 1_000;

describe("a node whose clock is set off, while the other is new", () => {
  const cases = nodes.flatMap((node) => [
    { node, clock: "5 hours ahead", at: () => now() + 5 * hour },
    { node, clock: "5 hours behind", at: () => now() - 5 * hour },
    { node, clock: "in the year 2020", at: () => year2020 },
  ]);
  test.each(cases)("$node, $clock", async ({ node, at }) => {
    await setClock(node, at());
    const other = node === "alice" ? "miner" : "alice";
    await stack.removeNodes(other);
    await recoversTo(stack);
    await changesNothing(stack);
  });
});

describe("a node whose clock is set off in the middle of a run", () => {
  test.each(nodes)("%s, ahead by 5 hours", async (node) => {
    await removeNodes(stack);
    const run = start(stack);
    await run.prints("create the wallets");
    await setClock(node, now() + 5 * hour);
    await run.ended();
    await recoversTo(stack);
  });

  test("alice, to a time at which the blocks are of the future: the error says which node is where", async () => {
    await removeNodes(stack);
    const run = start(stack);
    await run.prints("create the wallets");
    await setClock("alice", year2020);
    const ended = await run.ended();
    expect(ended.code, ended.printed).not.toBe(0);
    expectReadable(ended);
    expect(errorsIn(ended)).toContainEqual(
      expect.stringMatching(
        /waited 10 s for all nodes to reach height \d+; last seen: .*alice at 0 \(/,
      ),
    );
    await recoversTo(stack);
  });
});

describe("the program's own clock", () => {
  /** Preloaded into every Node.js of a run, the plugin's among them. */
  const shiftedTo = (seconds: number) => {
    const shift = pathToFileURL(path.join(projectFolder, "tests/fixtures/shifted-clock.mjs")).href;
    return { NODE_OPTIONS: `--import=${shift}`, SHIFT_CLOCK_BY: String(seconds - now()) };
  };

  test.each([
    { clock: "a day ahead", seconds: () => now() + 24 * hour },
    { clock: "a day behind", seconds: () => now() - 24 * hour },
  ])("$clock", async ({ seconds }) => {
    await removeNodes(stack);
    const ended = await start(stack, "npm run up", shiftedTo(seconds())).ended();
    expect(ended.code, ended.printed).toBe(0);
    await recoversTo(stack);
    await changesNothing(stack);
  });

  test("before the chain begins: it is told, with both times", async () => {
    await removeNodes(stack);
    const ended = await start(stack, "npm run up", shiftedTo(chainBegin - 30 * hour)).ended();
    expect(ended.code, ended.printed).not.toBe(0);
    expect(errorsIn(ended)).toContainEqual(
      expect.stringMatching(
        /the clock of this machine shows 2024-12-30T1\S+Z, but the chain starts at 2025-01-01T00:00:00Z: set the clock/,
      ),
    );
    await recoversTo(stack);
  });
});
