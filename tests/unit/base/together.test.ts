import { setTimeout as sleep } from "node:timers/promises";

import { expect, it } from "vitest";

import { together } from "../../../base/together.ts";

const never = new AbortController().signal;

it("runs all at once, and gives their results in order", async () => {
  const { promise: second, resolve } = Promise.withResolvers<string>();
  const all = await together<[string, string]>(never, [
    () => second,
    () => {
      resolve("first");
      return Promise.resolve("second");
    },
  ]);
  expect(all).toEqual(["first", "second"]);
});

it("ends the others when one fails, waits for their end, and throws that failure", async () => {
  const ended: string[] = [];
  const failing = together(never, [
    async (signal) => {
      await sleep(60_000, undefined, { signal }).catch(() => sleep(5));
      ended.push("slow");
      throw new Error("stopped");
    },
    () => Promise.reject(new Error("no registry")),
  ]);
  await expect(failing).rejects.toThrow("no registry");
  expect(ended).toEqual(["slow"]);
});

it("ends all by the caller's signal", async () => {
  const signal = AbortSignal.abort(new Error("stopped by SIGINT"));
  const seen = together(signal, [
    (signal) => Promise.reject(signal.reason as Error),
    (signal) => Promise.resolve(signal.aborted),
  ]);
  await expect(seen).rejects.toThrow("stopped by SIGINT");
});
