/** SIGKILL of everything that a run is made of, at points spread over it: the next `up` always completes it. */
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";

import { freePorts } from "../../../engine/free-ports.ts";
import { ProjectStack } from "../../helpers/stack.ts";
import { killAt, points, recoversFromKill } from "../kills.ts";
import { bootstrapSteps, changesNothing, goesDown, recoversTo, start, told } from "../runs.ts";

/** What the output shows when a part of a run begins, in order. */
const onTheWayUp = [
  told("Claim claim creating"),
  told("Network network creating"),
  told("RemoteImage bitcoind creating"),
  told("RemoteImage bitcoind created"),
  told("Container alice creating"),
  /(?:creating \(0s\)|:) starting/,
  told("Container alice created"),
  "find the nodes",
  ...bootstrapSteps,
  told("Bootstrap bootstrap created"),
  "stop the nodes",
  "commit the images",
  "start the nodes",
  "load the wallets",
];
/** After these little is left to do. */
const last = {
  up: ["compare with the manifest", told("Snapshot snapshot created")],
  down: [told("RemoteImage bitcoind deleting")],
};
const lastMs = 20;
const onAReplacement = [
  told("Claim claim updating"),
  told("Container alice deleting"),
  told("Container alice creating"),
  // The snapshot is of the declared chain, and stays.
  told("Bootstrap bootstrap updating"),
];
const onTheWayDown = [
  told("Snapshot snapshot deleting"),
  told("Container alice deleting"),
  "stopping",
  told("Network network deleting"),
];

let stack: ProjectStack;
beforeAll(async () => {
  stack = await ProjectStack.create();
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
  for (const marker of [told("Container miner creating"), "mine to height", "commit the images"]) {
    await killAt(start(stack), { marker, plugins: "plugins left" });
  }
  await recoversFromKill(stack);
  await goesDown(stack);
});
