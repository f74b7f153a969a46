import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { JsonDisplay } from "../../../../base/progress/json-lines.ts";
import { Sequence, type Step, Steps } from "../../../../base/progress/steps.ts";
import { streamProgress } from "../../../../base/progress/stream.ts";
import { projectFolder } from "../../../../base/files/paths.ts";

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
      "... still running after 15 s: Building\n" +
      "... still running after 30 s: Building\n" +
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

test("a step that nobody ends keeps no process alive", async () => {
  const program = `
    import { streamProgress } from "./base/progress/stream.ts";
    streamProgress(process.stderr).begin("Building");
  `;
  const args = ["--input-type=module", "--eval", program];
  const options = { cwd: projectFolder, timeout: 20_000 };
  const { stderr } = await execa(process.execPath, args, options);
  expect(stderr).toContain("Building ...");
});

describe("what is told after the end", () => {
  test.each([
    [
      "of a sequence",
      (sequence: Sequence) => {
        sequence.end("failed");
      },
    ],
    [
      "of what it is within",
      (_sequence: Sequence, whole: Step) => {
        whole.end("failed");
      },
    ],
  ])("%s begins no step", (_of, end) => {
    let text = "";
    const progress = streamProgress({ write: (piece) => (text += piece) });
    const whole = progress.begin("Importing");
    const sequence = new Sequence(progress, whole);
    sequence.status("check the file");
    end(sequence, whole);
    const before = text;
    sequence.status("check the file: 1.0 of 2.0 MB");
    sequence.status("load the images");
    expect(text).toBe(before);
    whole.end("failed");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("of a step changes nothing", () => {
    const told: object[] = [];
    const step = new Steps(new JsonDisplay((object) => told.push(object))).begin("Building");
    step.end("failed");
    step.update({ detail: "on and on", amount: { done: 1, unit: "steps" } });
    expect(told).toHaveLength(2);
    expect(step.detail).toBeUndefined();
  });
});
