/** Nodes that end or stop answering while they are needed: what is said of it, and that the next `up` mends it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ProcessGroup } from "../helpers/process-group.ts";
import { TestStack } from "../helpers/stack.ts";
import { long } from "./long.ts";
import { changesNothing, expectReadable, goesDown, recoversTo, startUp } from "./runs.ts";

const nodes = ["alice", "miner"] as const;

/** Steps of the bootstrap and of the snapshot, as the output shows them. */
const phases = [
  "wait for the nodes",
  "connect the peers",
  "create the wallets",
  "mine to height",
  "pay 30.00000000 BTC",
  "confirm with",
  "read the chain",
  "Snapshot snapshot creating",
  "stop the nodes",
  "commit the images",
  "start the nodes",
  "compare with the manifest",
];

/** Seconds: short, so that waiting for a node that hangs does not take long. */
const timeout = 10;

let stack: TestStack;
let password: string;
beforeAll(async () => {
  stack = await TestStack.create({ timeout: String(timeout) });
  await stack.up();
  password = await stack.output<string>("rpcPassword");
});
afterAll(async () => {
  await goesDown(stack);
  await stack[Symbol.asyncDispose]();
});

/** A run that begins with new, empty nodes: their containers were removed by hand. */
async function startOnNewNodes(): Promise<ProcessGroup> {
  for (const node of nodes) await stack.container(node).remove({ force: true });
  return startUp(stack);
}

/** Ends well, or with an error that says what is wrong with the node; the password is in neither. */
async function endsWithWord(run: ProcessGroup, node: string): Promise<void> {
  const ended = await run.ended();
  if (ended.code !== 0) {
    expectReadable(ended);
    expect(ended.printed).toMatch(new RegExp(`error: .*${node}`));
  }
  expect(ended.printed).not.toContain(password);
}

const cases = phases.flatMap((phase) => nodes.map((node) => ({ phase, node })));

describe("a node that is killed", () => {
  test.each(long ? cases : cases.slice(7, 8))("$node, at $phase", async ({ phase, node }) => {
    const run = await startOnNewNodes();
    await run.prints(phase);
    // One that is stopped at the moment cannot be killed.
    await stack
      .container(node)
      .kill()
      .catch(() => undefined);
    await endsWithWord(run, node);
    await recoversTo(stack);
  });

  test.runIf(long)("all of them at once, when everything is done", async () => {
    for (const node of nodes) await stack.container(node).kill();
    await recoversTo(stack);
    await changesNothing(stack);
  });
});

describe.runIf(long)("a node that hangs", () => {
  test.each(cases.filter((_, index) => index % 3 === 0))(
    "$node, paused at $phase",
    async ({ phase, node }) => {
      const run = await startOnNewNodes();
      await run.prints(phase);
      await stack
        .container(node)
        .pause()
        .catch(() => undefined);
      await endsWithWord(run, node);
      await recoversTo(stack);
    },
  );

  test.each(nodes)("%s, its process stopped by SIGSTOP", async (node) => {
    const run = await startOnNewNodes();
    await run.prints("create the wallets");
    await signalBitcoind(node, "STOP");
    const began = performance.now();
    await endsWithWord(run, node);
    // The engine waits out what other resources do; the step itself gives up in time.
    expect(performance.now() - began).toBeLessThan((timeout + 60) * 1000);
    const next = await startUp(stack).ended();
    expect(next.code).not.toBe(0);
    expectReadable(next);
    expect(next.printed).toMatch(new RegExp(`${node}: .*no answer within ${timeout} s`));
    await signalBitcoind(node, "CONT");
    await recoversTo(stack);
  });
});

/** To bitcoind alone, as its own user does it: the container and its first process go on. */
async function signalBitcoind(node: string, signal: "STOP" | "CONT"): Promise<void> {
  const script =
    "for p in /proc/[0-9]*; do " +
    `if [ "$(cat $p/comm)" = bitcoind ]; then kill -${signal} "\${p#/proc/}"; fi; done`;
  const exec = await stack.container(node).exec({ Cmd: ["sh", "-c", script] });
  await exec.start({ Detach: true });
}
