/** Nodes that end or stop answering while they are needed: what is said of it, and that the next `up` mends it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ProcessGroup } from "../../helpers/process-group.ts";
import { ProjectStack } from "../../helpers/stack.ts";
import { endsNaming, nodes, removeNodes } from "../nodes.ts";
import {
  bootstrapSteps,
  changesNothing,
  errorsIn,
  goesForGood,
  recoversTo,
  start,
  told,
} from "../runs.ts";

/** Steps of the bootstrap and of the snapshot, as the output shows them. */
const phases = [
  ...bootstrapSteps,
  told("Snapshot snapshot creating"),
  "stop the nodes",
  "commit the images",
  "start the nodes",
  "compare with the manifest",
];

/** Seconds: short, so that waiting for a node that hangs does not take long. */
const timeout = 10;

let stack: ProjectStack;
let password: string;
beforeAll(async () => {
  stack = await ProjectStack.create({ timeout: String(timeout) });
  await stack.up();
  password = await stack.output<string>("rpcPassword");
});
afterAll(async () => {
  await goesForGood(stack);
});

async function startOnNewNodes(): Promise<ProcessGroup> {
  await removeNodes(stack);
  return start(stack);
}

/** Ends well, or with an error about the node; the password is in neither. */
async function endsWithWord(run: ProcessGroup, node: string): Promise<void> {
  await endsNaming(run, node);
  expect(run.printed).not.toContain(password);
}

const cases = phases.flatMap((phase) => nodes.map((node) => ({ phase, node })));

describe("a node that is killed", () => {
  test.each(cases)("$node, at $phase", async ({ phase, node }) => {
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

  test("all of them at once, when everything is done", async () => {
    for (const node of nodes) await stack.container(node).kill();
    await recoversTo(stack);
    await changesNothing(stack);
  });
});

describe("a node that hangs", () => {
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
    const next = await start(stack).ended();
    expect(next.code).not.toBe(0);
    expect(errorsIn(next)).toContainEqual(
      expect.stringMatching(new RegExp(`${node}: .*no answer within ${timeout} s`)),
    );
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
