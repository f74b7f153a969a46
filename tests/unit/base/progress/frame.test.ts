import { stripVTControlCharacters } from "node:util";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { endedLines, runningLines, type Stream } from "../../../../base/progress/frame.ts";
import { type Display, Steps } from "../../../../base/progress/steps.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const unseen: Display = {
  begins: () => undefined,
  changes: () => undefined,
  ends: () => undefined,
  note: () => undefined,
};
const steps = new Steps(unseen);

/** A stream of that width; stdout is what `styleText` asks for colours. */
function wide(columns: number): Stream {
  return Object.create(process.stdout, { columns: { value: columns } }) as Stream;
}

function running(columns: number, step: Parameters<typeof runningLines>[1]): string[] {
  return runningLines(wide(columns), step, 0).map(stripVTControlCharacters);
}

describe("a step that runs", () => {
  it("has a bar where all of it is known and there is room for one", () => {
    const step = steps.begin("mine to height 101", {
      amount: { done: 50, of: 101, unit: "blocks" },
    });
    expect(running(60, step)).toEqual([
      "⠋ mine to height 101  ██████░░░░░░░  50 of 101 blocks  0.0 s",
    ]);
    expect(running(45, step)).toEqual(["⠋ mine to height 101  50 of 101 blocks  0.0 s"]);
  });

  it("never takes more than a line, and its numbers are cut last", () => {
    const step = steps.begin("check /a/very/long/path/to/a/snapshot.tar.gz", {
      amount: { done: 1.5, of: 14.2, unit: "MB" },
    });
    expect(running(40, step)).toEqual(["⠋ check /a/very/…  1.5 of 14.2 MB  0.0 s"]);
    step.update({ detail: "Step 1/21 : ARG BASE" });
    expect(running(60, step)[0]?.length).toBeLessThanOrEqual(60);
    expect(running(10, step)[0]?.length).toBeLessThanOrEqual(10);
  });

  it("has its parts below it", () => {
    const step = steps.begin("bootstrap", { action: { doing: "creating", done: "created" } });
    steps.begin("find the nodes", { within: step }).end("done");
    steps.begin("wait for the nodes", { within: step });
    expect(running(60, step)).toEqual([
      "⠋ bootstrap creating  0.0 s",
      "  ✔ find the nodes  0.0 s",
      "  ⠋ wait for the nodes  0.0 s",
    ]);
    step.end("failed");
    expect(endedLines(wide(60), step).map(stripVTControlCharacters)).toEqual([
      "✖ bootstrap failed  0.0 s",
      "  ✔ find the nodes  0.0 s",
      "  ✖ wait for the nodes failed  0.0 s",
    ]);
  });
});
