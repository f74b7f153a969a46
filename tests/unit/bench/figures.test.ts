import { existsSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { type Figure, figures, type Measured, median } from "../../bench/figures.ts";
import type { Report } from "../../bench/report.ts";
import { table } from "../../bench/table.ts";
import { secondsBetween, timedRun } from "../../bench/timed-lines.ts";
import { waitFor } from "../../../base/wait.ts";
import { projectFolder } from "../../../base/files/paths.ts";
import { machine, measured } from "../../helpers/bench.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

function named(name: string, from: Measured = measured): Figure | undefined {
  return figures(from).find((figure) => figure.name === name);
}

it("has no figures of lnd where there is none", () => {
  const names = figures({ ...measured, lightning: [] }).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith("lnd"))).toEqual([]);
  expect(named("lnd: clone, the channel active")).toBeDefined();
});

describe("median", () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])("of %j is %d", (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  it("of nothing is an error", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("figures", () => {
  it("judges a median by the most that is expected", () => {
    expect(named("up, nothing to change")).toMatchObject({ median: 5, atMost: 6, met: true });
    expect(named("snapshot layer of alice")).toMatchObject({ median: 1.44, met: true });
    expect(named("snapshot layer of miner")).toMatchObject({ median: 2.5, atMost: 2, met: false });
    expect(named("image", { ...measured, imageSize: 30_000_000 })).toMatchObject({ met: true });
  });

  it("sets a restore against what it cannot do without, in the same round", () => {
    expect(named("restore of both / bare")).toMatchObject({ median: 1.5, atMost: 1.3, met: false });
  });

  it("is content with no failure among many networks at once, in no round", () => {
    expect(named("clone / bare")).toMatchObject({ median: 1.4, atMost: 1.3, met: false });
    expect(named("a network from the pool")).toMatchObject({ median: 15, unit: "ms", met: true });
    expect(named("lnd: from the pool, the channel active")).toMatchObject({
      median: 60,
      met: false,
    });
    expect(named("40 at once, each")).toMatchObject({ values: [0.4, 0.4] });
    expect(named("40 at once, failures")).toMatchObject({ median: 1, atMost: 0, met: false });
    expect(named("40 at once, leftovers")).toMatchObject({ median: 0, met: true });
  });

  it("leaves out a verdict where nothing is expected", () => {
    expect(named("down")).toEqual({ name: "down", unit: "s", values: [3, 2, 1], median: 2 });
  });

  it("compares bootstrap and script round by round", () => {
    const ratio = named("bootstrap / walk-through.sh");
    expect(ratio).toMatchObject({ values: [0.5, 0.75, 0.8], median: 0.75, met: true });
    const slower = named("bootstrap / walk-through.sh", { ...measured, bootstrap: [5, 5, 6] });
    expect(slower?.met).toBe(false);
  });

  it("is never content with a value that is missing", () => {
    expect(named("image", { ...measured, imageSize: Number.NaN })).toMatchObject({ met: false });
    expect(named("bootstrap / walk-through.sh", { ...measured, walkThrough: [4] })?.met).toBe(
      false,
    );
  });
});

describe("table", () => {
  const report: Report = {
    date: "2026-01-02T03:04:05.678Z",
    rounds: 3,
    machine,
    figures: figures(measured),
  };

  it("names the machine, and prints each figure with its verdict", () => {
    const lines = table(report).split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "2026-01-02, medians of 3 rounds",
      "2 cores (Some CPU), 4.0 GiB memory, Linux 6.1, load 0.3",
      "Docker 20.10.24 (overlay2), Pulumi 3.259.0, Docker plugin stand-in 5.2.0, Node 24.0.0",
    ]);
    const words = lines.map((line) => line.split(/ {2,}/));
    expect(words).toContainEqual([
      "up, nothing to change",
      "5.00 s",
      "4.00 s",
      "7.00 s",
      "at most 6 s",
      "ok",
    ]);
    expect(words).toContainEqual(["snapshot layer of miner", "2.50 MB", "at most 2 MB", "NOT MET"]);
  });

  it("says when the machine was busy", () => {
    const busy = { ...report, machine: { ...report.machine, load: 1.5 } };
    expect(table(busy)).toContain("busy");
    expect(table(report)).not.toContain("busy");
  });
});

describe("timedRun", () => {
  const run = (script: string, signal: AbortSignal = AbortSignal.timeout(20_000)) =>
    timedRun("sh", ["-c", script], { cwd: projectFolder, signal });

  it("notes when each line came", async () => {
    const timed = await run("echo begin; sleep 0.5; echo end");
    expect(timed.lines.map(({ text }) => text)).toEqual(["begin", "end"]);
    const between = secondsBetween(timed, /^begin$/, /^end$/);
    expect(between).toBeGreaterThan(0.25);
    expect(between).toBeLessThanOrEqual(timed.seconds);
  });

  it("says which line was not printed, and what was", async () => {
    const timed = await run("echo begin");
    expect(() => secondsBetween(timed, /^begin$/, /^end$/)).toThrow(
      "no line matches /^end$/ in:\nbegin",
    );
  });

  it("fails with what the command printed", async () => {
    await expect(run("echo out; echo reason >&2; exit 3")).rejects.toThrow(
      /exit code 3[^]*out[^]*reason/,
    );
  });

  it("lets an interrupted command clean up, and fails with the signal's reason", async () => {
    await using folder = await tempFolder();
    const ready = path.join(folder.path, "ready");
    const cleaned = path.join(folder.path, "cleaned");
    const controller = new AbortController();
    const reason = new Error("enough");
    const command = run(
      `trap 'touch "${cleaned}"; exit 0' INT; touch "${ready}"; while :; do sleep 0.05; done`,
      controller.signal,
    );
    await waitFor(() => Promise.resolve(existsSync(ready) ? true : { pending: "no file" }), {
      what: "the command to be ready",
      limitMs: 10_000,
    });
    controller.abort(reason);
    await expect(command).rejects.toBe(reason);
    expect(existsSync(cleaned)).toBe(true);
  });
});
