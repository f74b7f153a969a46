/** Interrupted at points spread over the run, in the ways that a person, a shell or a service manager does it. */
import { afterAll, afterEach, beforeAll, test } from "vitest";

import { ProjectStack } from "../../helpers/stack.ts";
import { interruptAt, type Way } from "../interrupts.ts";
import { changesNothing, goesDown, told } from "../runs.ts";

let stack: ProjectStack;
beforeAll(async () => {
  stack = await ProjectStack.create();
});
afterEach(async () => {
  await goesDown(stack);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const ways: Record<Way, readonly (string | RegExp)[]> = {
  "Ctrl-C": [
    told("RemoteImage bitcoind creating"),
    told("Container alice creating"),
    "wait for the nodes",
    "pay 30.00000000 BTC",
    "stop the nodes",
    "commit the images",
    "start the nodes",
  ],
  "SIGINT to the process group": [
    told("Container alice creating"),
    "mine to height",
    "stop the nodes",
  ],
  "SIGTERM to npm": [
    told("RemoteImage bitcoind creating"),
    "create the wallets",
    "commit the images",
  ],
};
const cases = Object.entries(ways).flatMap(([way, markers]) =>
  markers.map((marker) => ({ way: way as Way, marker })),
);

test.each(cases)("$way at $marker", async ({ way, marker }) => {
  await interruptAt(stack, marker, way);
  await changesNothing(stack);
});
