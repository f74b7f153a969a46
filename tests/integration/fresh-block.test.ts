/** A block at the present time on top of the declared chain, for those who wait while the newest one is old. */
import { afterAll, beforeAll, expect } from "vitest";

import type { BlockHeader } from "../../bootstrap/rpc/methods.ts";
import type { FreshBlock } from "../../bootstrap/verbs/fresh-block.ts";
import { cloneNetwork } from "../../testing/index.ts";
import { cliSucceeds } from "../helpers/cli.ts";
import { declaredHeight, snapshotFacts } from "../helpers/declared.ts";
import { defaultStack } from "../helpers/default-stack.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";

let stack: ProjectStack;
beforeAll(async () => {
  stack = await ProjectStack.create({ freshBlock: "true" });
  await stack.up();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const nodes = ["alice", "miner"];
/** In seconds. */
const twoHours = 7_200;

/** Seconds since that time. */
function age(time: string): number {
  return (Date.now() - Date.parse(time)) / 1_000;
}

async function headerAt(height: number): Promise<BlockHeader> {
  const hash = await stack.ask("alice", "getblockhash", String(height));
  return JSON.parse(await stack.ask("alice", "getblockheader", hash)) as BlockHeader;
}

/** Puts an empty block that is `age` seconds old in place of those above the declared chain. */
async function replaceBlock(age: number): Promise<void> {
  const hash = await stack.ask("miner", "getblockhash", String(declaredHeight + 1));
  const address = await stack.ask("miner", "getnewaddress");
  const clocks = async (time: number): Promise<void> => {
    for (const node of nodes) await stack.ask(node, "setmocktime", String(time));
  };
  for (const node of nodes) await stack.ask(node, "invalidateblock", hash);
  await clocks(Math.floor(Date.now() / 1_000) - age);
  await stack.ask("miner", "generateblock", address, "[]");
  await clocks(0);
}

/** What a command with `--json` says in the end. */
async function told<T>(command: string): Promise<T> {
  const printed = await cliSucceeds(command, "--stack", stack.name, "--json");
  return JSON.parse(
    printed
      .trim()
      .split(/\n(?=\{)/)
      .at(-1) ?? "",
  ) as T;
}

interface Told {
  readonly height: number;
  readonly minedSince: number;
  readonly freshBlock: FreshBlock;
}

const { test } = story();

test("is one empty block of now, on the chain and the snapshot that are there without it", async () => {
  const usual = await (await defaultStack()).output<{ height: number; tip: string }>("chain");
  const chain = await stack.output("chain");
  expect(chain).toMatchObject({ height: declaredHeight, tip: usual.tip });
  const { height, tip } = usual;
  const facts = expect.objectContaining({ height, tip }) as unknown;
  expect(await snapshotFacts(stack)).toEqual([facts, facts]);
  const { freshBlock: block } = await stack.output<Told>("chain");
  expect(block.height).toBe(declaredHeight + 1);
  expect(age(block.time)).toBeLessThan(300);
  expect(await headerAt(block.height)).toMatchObject({ hash: block.hash, nTx: 1 });
  expect(await told("status")).toMatchObject({ minedSince: 1, freshBlock: block, drift: [] });
});

test("is there after a reset too, which says so", async () => {
  const { height, freshBlock } = await told<Told>("reset");
  expect(height).toBe(declaredHeight);
  expect(await headerAt(declaredHeight + 1)).toMatchObject({ hash: freshBlock.hash });
  expect(age(freshBlock.time)).toBeLessThan(300);
});

test("comes with up when the newest block is older than two hours", async () => {
  await replaceBlock(twoHours + 60);
  const { freshBlock, minedSince } = await told<Told>("up");
  expect({ minedSince, height: freshBlock.height }).toEqual({
    minedSince: 2,
    height: declaredHeight + 2,
  });
  expect(age(freshBlock.time)).toBeLessThan(300);
  expect(await stack.output("chain")).toMatchObject({ freshBlock });
});

test("is none of the blocks that an update refuses to discard", async () => {
  await stack.configure({ blocks: "102" });
  await cliSucceeds("mine", "--stack", stack.name, "3");
  const printed = await stack.pulumi(["preview", "--refresh"]);
  expect(printed).toContain("3 blocks were mined since the bootstrap");
  expect(printed).toContain("would discard 3 blocks mined since the bootstrap");
});

test("is put on a clone by an option, at its start and after each reset", async () => {
  const snapshot = stack.prefix + stack.name;
  await using network = await cloneNetwork({ snapshot, freshBlock: true });
  const blocks = [network.freshBlock];
  await network.mine(2);
  await network.reset();
  blocks.push(network.freshBlock);
  for (const block of blocks) expect(age(block?.time ?? "")).toBeLessThan(300);
  expect(await network.alice.rpc.call("getbestblockhash")).toBe(blocks[1]?.hash);
  expect(await network.alice.rpc.call("getblockcount")).toBe(declaredHeight + 1);
});
