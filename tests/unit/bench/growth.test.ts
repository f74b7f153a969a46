import { expect, it } from "vitest";

import { growthTable, hostsTable } from "../../bench/growth-table.ts";
import { machine } from "../../helpers/bench.ts";

it("a table of sizes tells what of each figure falls to one node", () => {
  const small = { up: 8, upAgain: 6, reset: 1.2, snapshot: 1.5, status: 0.7 };
  const large = { up: 20, upAgain: 8, reset: 3, snapshot: 5, status: 1 };
  const text = growthTable({
    date: "2026-11-24T09:25:42.000Z",
    machine,
    rows: [
      { nodes: 2, memoryBytes: 18_000_000, ...small },
      { nodes: 10, memoryBytes: 100_000_000, ...large },
    ],
  });
  const [names, ...rows] = text
    .trimEnd()
    .split("\n")
    .slice(-3)
    .map((line) => line.trim().split(/ {2,}/));
  expect(names).toEqual(
    ["nodes", "up", "a node", "up again", "a node", "reset", "a node"].concat([
      "snapshot",
      "a node",
      "status",
      "a node",
      "memory a node",
    ]),
  );
  expect(rows).toEqual([
    ["2", "8.0 s", "4.00", "6.0 s", "3.00", "1.2 s", "0.60", "1.5 s", "0.75", "0.7 s"].concat([
      "0.35",
      "9.0 MB",
    ]),
    ["10", "20.0 s", "2.00", "8.0 s", "0.80", "3.0 s", "0.30", "5.0 s", "0.50", "1.0 s"].concat([
      "0.10",
      "10.0 MB",
    ]),
  ]);
});

it("of hosts, the table begins with their number, and another one has the crowds", () => {
  const figures = { up: 8, upAgain: 6, reset: 1.2, snapshot: 1.5, status: 0.7 };
  const report = {
    ...{ date: "2026-11-24T09:25:42.000Z", machine },
    rows: [{ engines: 3, nodes: 2, memoryBytes: 18_000_000, ...figures }],
    crowds: [{ engines: 3, replicas: 10, up: 9, atTip: 12, memoryBytes: 70_000_000 }],
  };
  const cells = (text: string): string[][] =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => line.trim().split(/ {2,}/));
  const all = cells(hostsTable(report));
  expect(all.slice(-5, -3).map((row) => row.slice(0, 4))).toEqual([
    ["engines", "nodes", "up", "a node"],
    ["3", "2", "8.0 s", "4.00"],
  ]);
  expect(all.slice(-2)).toEqual([
    ["engines", "crowd", "up", "at the tip", "a peer", "memory a peer"],
    ["3", "10", "9.0 s", "12.0 s", "1.20", "7.0 MB"],
  ]);
  expect(hostsTable({ ...report, crowds: [] })).not.toContain("crowd");
});
