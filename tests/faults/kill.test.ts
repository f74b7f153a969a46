/** SIGKILL of everything that a run is made of, at points spread over it: the next `up` always completes it. */
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { freePorts } from "../../engine/free-ports.ts";
import { TestStack } from "../helpers/stack.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { long } from "./long.ts";
import { changesNothing, type Command, goesDown, recoversTo, startUp } from "./runs.ts";

/** What the output shows when a part of a run begins, in order. */
const onTheWayUp = [
  "Claim claim creating",
  "Network network creating",
  "RemoteImage bitcoind creating",
  "RemoteImage bitcoind created",
  "Container alice creating",
  "creating (0s) starting",
  "Container alice created",
  "wait for the nodes",
  "connect the peers",
  "create the wallets",
  "mine to height",
  "pay 30.00000000 BTC",
  "confirm with",
  "read the chain",
  "Bootstrap bootstrap created",
  "stop the nodes",
  "commit the images",
  "start the nodes",
  "compare with the manifest",
  "Snapshot snapshot created",
];
const onAReplacement = [
  "Claim claim updating",
  "Snapshot snapshot deleting",
  "Container alice deleting",
  "Container alice creating",
  "Bootstrap bootstrap creating",
  "commit the images",
];
const onTheWayDown = [
  "Snapshot snapshot deleting",
  "Container alice deleting",
  "stopping",
  "Network network deleting",
  "RemoteImage bitcoind deleting",
];

interface Point {
  readonly marker: string;
  readonly command: Command;
  /** Whether the plugins are killed as well: without, they notice by themselves that the engine is gone. */
  readonly plugins: "plugins killed" | "plugins left";
}

/** Both commands, and both fates of the plugins, spread over the points. */
function points(markers: readonly string[]): Point[] {
  return markers.map((marker, index) => ({
    marker,
    command: index % 3 === 0 ? "npm run up" : "pulumi up",
    plugins: index % 2 === 0 ? "plugins killed" : "plugins left",
  }));
}

/** Kills the run up to 300 ms after the marker: where exactly is different each time. */
async function killAt(run: ProcessGroup, { marker, plugins }: Omit<Point, "command">) {
  await run.prints(marker);
  await sleep(Math.random() * 300);
  if (plugins === "plugins killed") run.killAll();
  else run.signal("SIGKILL");
  const ended = await run.ended();
  expect(ended.signal).toBe("SIGKILL");
}

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

describe.runIf(long)("killed on the way up", () => {
  afterEach(async () => {
    await goesDown(stack);
  });

  test.each(points(onTheWayUp))("at $marker of $command, $plugins", async (point) => {
    await killAt(startUp(stack, point.command), point);
    await recoversTo(stack);
    await changesNothing(stack);
  });
});

describe.runIf(long)("killed on the way to another port", () => {
  beforeAll(async () => {
    await recoversTo(stack);
  });
  afterAll(async () => {
    await goesDown(stack);
  });

  test.each(points(onAReplacement))("at $marker of $command, $plugins", async (point) => {
    const [port] = await freePorts(1);
    await stack.configure({ aliceRpcPort: String(port) });
    await killAt(startUp(stack, point.command), point);
    await recoversTo(stack);
    await changesNothing(stack);
  });
});

describe.runIf(long)("killed on the way down", () => {
  beforeAll(async () => {
    await recoversTo(stack);
  });
  afterAll(async () => {
    await goesDown(stack);
  });

  test.each(points(onTheWayDown))("at $marker, $plugins", async (point) => {
    const onStack = ["--stack", stack.name];
    const down = ProcessGroup.start("pulumi", "destroy", "--yes", "--skip-preview", ...onStack);
    await killAt(down, point);
    await recoversTo(stack);
    await changesNothing(stack);
  });
});

describe.runIf(long)("killed again and again", () => {
  afterAll(async () => {
    await goesDown(stack);
  });

  const again = ["Container miner creating", "mine to height", "commit the images"];
  test.each(again.map((marker) => ({ marker })))("at $marker of npm run up", async ({ marker }) => {
    await killAt(startUp(stack), { marker, plugins: "plugins left" });
  });

  test("and then left alone", async () => {
    await recoversTo(stack);
  });
});
