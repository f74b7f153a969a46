import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, it } from "vitest";

import { projectFolder } from "../../../base/files/paths.ts";
import { interruptible } from "../../../base/interruptible.ts";

/** Prints a line, then works until it is interrupted. */
const program = `
  import { once } from "node:events";
  import { interruptible } from ${JSON.stringify(`${projectFolder}/base/interruptible.ts`)};
  await interruptible(async (signal) => {
    const timer = setInterval(() => undefined, 1_000);
    const aborted = once(signal, "abort");
    console.log("working");
    await aborted;
    clearInterval(timer);
  });
  process.exitCode = 130;
`;

it("resolves with what the work does, and leaves no handlers", async () => {
  const before = process.listenerCount("SIGTERM");
  expect(await interruptible(() => Promise.resolve(7))).toBe(7);
  expect(process.listenerCount("SIGTERM")).toBe(before);
});

it("an interrupted process exits with its code, however late the signal comes once more", async () => {
  const ended: unknown[] = [];
  for (let round = 0; round < 5; round += 1) {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
    await once(child.stdout, "data");
    const timer = setInterval(() => child.kill("SIGINT"), 1);
    ended.push(await once(child, "close"));
    clearInterval(timer);
  }
  expect(ended).toEqual(Array.from({ length: 5 }, () => [130, null]));
});
