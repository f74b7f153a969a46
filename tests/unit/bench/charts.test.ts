import { readdir } from "node:fs/promises";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { type BarChart, barChart } from "../../bench/bar-chart.ts";
import { reportCharts, scaleCharts, writeCharts } from "../../bench/charts.ts";
import { figures } from "../../bench/figures.ts";
import { machine, measured } from "../../helpers/bench.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const chart: BarChart = {
  title: "Up & down",
  unit: "s",
  groups: [
    {
      name: "Stacks",
      bars: [
        { label: "up", value: 4, least: 3, most: 5 },
        { label: "down", value: 2, least: 2, most: 2 },
      ],
    },
  ],
  caption: ["2026-01-02"],
};

/** The numbers of an attribute of all elements of a class. */
function numbersOf(svg: string, name: string, attribute: string): number[] {
  const elements = svg.match(new RegExp(`<\\w+ class="${name}"[^>]*>`, "g")) ?? [];
  return elements.map((element) =>
    Number(new RegExp(` ${attribute}="([^"]+)"`).exec(element)?.[1] ?? Number.NaN),
  );
}

describe("a bar chart", () => {
  const svg = barChart(chart);

  it("has bars as long as their values, and a line from the least to the most", () => {
    const [up = 0, down = 0] = numbersOf(svg, "bar", "width");
    expect(up / down).toBeCloseTo(2, 1);
    const [left = 0] = numbersOf(svg, "bar", "x");
    const spreads = [...svg.matchAll(/class="spread" d="M([\d.]+) .*H([\d.]+)M/g)];
    const [[, from, to] = []] = spreads;
    expect(spreads).toHaveLength(1);
    expect((Number(from) - left) / up).toBeCloseTo(3 / 4, 1);
    expect((Number(to) - left) / up).toBeCloseTo(5 / 4, 1);
  });

  it("stays within its frame", () => {
    const [, width = "", height = ""] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    for (const x of numbersOf(svg, "value", "x")) expect(x + 60).toBeLessThan(Number(width));
    for (const y of numbersOf(svg, "caption", "y")) expect(y).toBeLessThan(Number(height));
  });

  it("has its text as text, escaped, a description in words, and colours for a dark ground", () => {
    expect(svg).toContain('<title id="title">Up &amp; down</title>');
    expect(svg).toContain('<desc id="desc">up: 4.00 s; down: 2.00 s</desc>');
    expect(svg).toMatch(/<text class="label"[^>]*>up<\/text>/);
    expect(svg).toContain("@media (prefers-color-scheme:dark)");
  });
});

describe("the charts of a report", () => {
  const date = "2026-01-02T03:04:05.678Z";
  const report = { date, rounds: 3, machine, figures: figures(measured) };

  it("show its medians, when and on what it was measured", () => {
    const charts = reportCharts(report);
    expect(Object.keys(charts)).toEqual(["commands.svg", "networks.svg", "at-once.svg"]);
    expect(charts["commands.svg"]).toContain("up, image present: 8.00 s");
    expect(charts["at-once.svg"]).toContain("40 at once, each: 0.40 s");
    for (const svg of Object.values(charts)) {
      expect(svg).toContain("2026-01-02, medians of 3 rounds");
      expect(svg).toContain("2 cores (Some CPU), 4.0 GiB memory");
    }
  });

  it("have every figure that they name", () => {
    const bars = Object.values(reportCharts(report)).map(
      (svg) => svg.match(/class="bar"/g)?.length ?? 0,
    );
    expect(bars).toEqual([6, 5, 2]);
  });

  it("show each size of a stack", () => {
    const row = { up: 18, bootstrap: 7.5, reset: 7, down: 4, memoryBytes: 80_000_000 };
    const charts = scaleCharts({
      ...{ date, machine },
      rows: [
        { nodes: 2, ...row },
        { nodes: 5, ...row, memoryBytes: 215_000_000 },
      ],
    });
    expect(charts["memory.svg"]).toContain("2 nodes: 80.0 MB; 5 nodes: 215 MB");
    expect(charts["nodes.svg"]?.match(/class="bar"/g)).toHaveLength(8);
  });

  it("go into a folder, which is made", async () => {
    await using folder = await tempFolder();
    const target = path.join(folder.path, "made/charts");
    const written = await writeCharts(target, reportCharts(report));
    expect(written).toHaveLength(3);
    expect((await readdir(target)).toSorted()).toEqual([
      "at-once.svg",
      "commands.svg",
      "networks.svg",
    ]);
  });
});
