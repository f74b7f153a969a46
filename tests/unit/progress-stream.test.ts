import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { streamProgress } from "../../progress/stream.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a long step shows that it lives where lines are kept", async () => {
  let text = "";
  const progress = streamProgress({ write: (piece) => (text += piece) });
  const work = Promise.withResolvers<number>();
  const step = progress.step("Building", () => work.promise);
  vi.advanceTimersByTime(31_000);
  work.resolve(7);
  expect(await step).toBe(7);
  expect(vi.getTimerCount()).toBe(0);
  expect(text).toBe(
    "Building ...\n" +
      "... still at it after 15 s: Building\n" +
      "... still at it after 30 s: Building\n" +
      "Building: done after 31 s\n",
  );
});

test("a step that fails says so and throws on", async () => {
  let text = "";
  const progress = streamProgress({ write: (piece) => (text += piece) });
  const step = progress.step("Building", () => Promise.reject(new Error("no space left")));
  await expect(step).rejects.toThrow("no space left");
  expect(text).toBe("Building ...\nBuilding: failed after 0.0 s\n");
});
