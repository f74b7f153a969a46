import { expect, it } from "vitest";

import type { ScaleReport } from "../../bench/report.ts";
import { scaleTable } from "../../bench/scale-table.ts";

const report: ScaleReport = {
  date: "2026-11-24T09:25:42.000Z",
  machine: {
    cores: 2,
    processor: "EPYC",
    memoryBytes: 24 * 2 ** 30,
    system: "Linux 6",
    load: 0.5,
    docker: "20.10",
    storageDriver: "overlay2",
    pulumi: "3.259.0",
    dockerPlugin: "stand-in 5.2.0",
    node: "24",
  },
  rows: [
    { nodes: 2, up: 18, bootstrap: 7.5, reset: 7, down: 4, memoryBytes: 80_000_000 },
    { nodes: 5, up: 21, bootstrap: 9, reset: 10, down: 3.4, memoryBytes: 215_000_000 },
  ],
};

it("a table of sizes tells what each node more costs, from one size to the next", () => {
  const lines = scaleTable(report).trimEnd().split("\n");
  expect(lines.at(-3)?.split(/ {2,}/)).toEqual([
    "nodes",
    "up",
    "a node",
    "bootstrap and snapshot",
    "a node",
    "reset",
    "a node",
    "down",
    "a node",
    "memory",
    "a node",
  ]);
  expect(lines.at(-2)?.split(/ {2,}/).filter(Boolean)).toEqual([
    "2",
    "18.0 s",
    "7.5 s",
    "7.0 s",
    "4.0 s",
    "80.0 MB",
  ]);
  expect(lines.at(-1)?.split(/ {2,}/).filter(Boolean)).toEqual(
    ["5", "21.0 s", "1.00", "9.0 s", "0.50", "10.0 s", "1.00", "3.4 s", "-0.20", "215.0 MB"].concat(
      "45.00",
    ),
  );
});
