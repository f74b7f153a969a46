/** SIGKILL of everything that a run is made of, at points spread over it: the next `up` always completes it. */
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";

import { freePorts } from "../../../engine/free-ports.ts";
import { TestStack } from "../../helpers/stack.ts";
import { killAt, points, recoversFromKill } from "../kills.ts";
import { bootstrapSteps, changesNothing, goesDown, recoversTo, start } from "../runs.ts";

/** What the output shows when a part of a run begins, in order. */
const onTheWayUp = [
  "Claim claim creating",
  "Network network creating",
  "RemoteImage bitcoind creating",
  "RemoteImage bitcoind created",
  "Container alice creating",
  "creating (0s) starting",
  "Container alice created",
  "find the nodes",
  ...bootstrapSteps,
  "Bootstrap bootstrap created",
  "stop the nodes",
  "commit the images",
  "start the nodes",
  "load the wallets",
  "compare with the manifest",
];
/** After these little is left to do. */
const last = { up: ["Snapshot snapshot created"], down: ["RemoteImage bitcoind deleting"] };
const lastMs = 20;
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
];

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.create();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

describe("killed on the way up", () => {
  afterEach(async () => {
    await goesDown(stack);
  });

  test.each([...points(onTheWayUp), ...points(last.up, lastMs)])(
    "at $marker of $command, $plugins",
    async (point) => {
      await killAt(start(stack, point.command), point);
      await recoversFromKill(stack);
      await changesNothing(stack);
    },
  );
});

describe("killed on the way to another port", () => {
  beforeAll(async () => {
    await recoversTo(stack);
  });
  afterAll(async () => {
    await goesDown(stack);
  });

  test.each(points(onAReplacement))("at $marker of $command, $plugins", async (point) => {
    const [port] = await freePorts(1);
    await stack.configure({ aliceRpcPort: String(port) });
    await killAt(start(stack, point.command), point);
    await recoversFromKill(stack);
    await changesNothing(stack);
  });
});

describe("killed on the way down", () => {
  beforeAll(async () => {
    await recoversTo(stack);
  });
  afterAll(async () => {
    await goesDown(stack);
  });

  test.each([...points(onTheWayDown), ...points(last.down, lastMs)])(
    "at $marker, $plugins",
    async (point) => {
      await killAt(start(stack, "pulumi destroy"), point);
      await recoversFromKill(stack);
      await changesNothing(stack);
    },
  );
});

test("killed again and again, and then left alone", async () => {
  for (const marker of ["Container miner creating", "mine to height", "commit the images"]) {
    await killAt(start(stack), { marker, plugins: "plugins left" });
  }
  await recoversFromKill(stack);
  await goesDown(stack);
});
