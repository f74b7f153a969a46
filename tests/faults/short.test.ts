/** The few faults that tell the most, on one stack and within minutes; all others are in long/. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { nextEvent } from "../helpers/engine-events.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { interruptAt } from "./interrupts.ts";
import { kill, killAt, recoversFromKill } from "./kills.ts";
import { endsNaming, removeNodes } from "./nodes.ts";
import { changesNothing, goesDown, recoversTo, start } from "./runs.ts";

let stack: ProjectStack;
beforeAll(async () => {
  stack = await ProjectStack.create();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

test(
  "killed between making a container and recording it: plain Pulumi names the command that helps",
  { tags: ["long"] },
  async () => {
    const alice = `${stack.prefix}alice`;
    const created = await nextEvent(stack.docker, { event: ["create"], container: [alice] });
    const run = start(stack, "pulumi up");
    await created();
    await kill(run, "plugins killed");
    await stack.pulumi(["cancel", "--yes"]);

    const before = await stack.footprint();
    expect(before.containers).toContain(alice);
    const told =
      `prefix: the container ${alice} was left by an interrupted run and is not in this stack's state; ` +
      `npm run up -- --stack ${stack.name} removes it`;
    expect((await start(stack, "pulumi preview").ended()).printed).toContain(told);
    expect(await stack.upFails()).toContain(told);
    expect(await stack.footprint()).toEqual(before);

    expect(await recoversTo(stack)).toContain(
      `Removed container ${alice}, which an interrupted run created but did not record.\n`,
    );
    await stack.expectNoChanges();
  },
);

test("killed while blocks are mined, and everything with it", async () => {
  await removeNodes(stack);
  await killAt(start(stack), { marker: "mine to height", plugins: "plugins killed" });
  await recoversFromKill(stack);
});

// At every step, with its plugins and without: long/kill.test.ts.
test(
  "killed while the images are committed, and its plugins left alone",
  { tags: ["long"] },
  async () => {
    await removeNodes(stack);
    await killAt(start(stack), { marker: "commit the images", plugins: "plugins left" });
    await recoversFromKill(stack);
  },
);

// At every step, and either node: long/nodes.test.ts.
test("a node that is killed while Alice is paid", { tags: ["long"] }, async () => {
  await removeNodes(stack);
  const run = start(stack);
  await run.prints("pay 30.00000000 BTC");
  await stack.container("miner").kill();
  await endsNaming(run, "miner");
  await recoversTo(stack);
});

test("stopped by Ctrl-C while blocks are mined", { tags: ["long"] }, async () => {
  await removeNodes(stack);
  await interruptAt(stack, "mine to height", "Ctrl-C");
  await changesNothing(stack);
  await goesDown(stack);
});
