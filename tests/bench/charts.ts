/** The figures as charts, by the name of the file that each goes into. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { type Bar, barChart } from "./bar-chart.ts";
import type { Figure } from "./figures.ts";
import type { Report, ScaleReport, ScaleRow } from "./report.ts";
import { head } from "./table.ts";

const bytesPerMb = 1_000_000;

/** Chart → the names of its figures, which have one unit. What a report does not have is left out. */
const charts = [
  {
    file: "commands.svg",
    title: "A stack of two nodes, from the command line",
    figures: [
      "up, image present",
      "up, nothing to change",
      "npm run reset",
      "down",
      "bootstrap and snapshot, within up",
      "the same by tests/bench/walk-through.sh",
    ],
  },
  {
    file: "networks.svg",
    title: "A network of two nodes, peered and verified",
    figures: [
      "the same network from the genesis block",
      "restore of both, peered and verified",
      "clone: both nodes, peered and verified",
      "bare: network, two starts, bitcoind answers",
      "reset in place, without the CLI",
    ],
  },
] as const;

export function reportCharts(report: Report): Readonly<Record<string, string>> {
  const { date, rounds, machine, figures } = report;
  const measured = `${date.slice(0, 10)}, medians of ${rounds} rounds; the line is from the least to the most`;
  const caption = [measured, ...head(machine)];
  const named = charts.map(({ file, title, figures: names }) => {
    const found = names.flatMap((name) => figures.filter((figure) => figure.name === name));
    return [file, title, found] as const;
  });
  const atOnce = figures.filter(({ name }) => name.endsWith(" at once, each"));
  const all = [
    ...named,
    ["at-once.svg", "Networks of the test kit asked for at once, seconds each", atOnce] as const,
  ].filter(([, , found]) => found.length > 0);
  return Object.fromEntries(
    all.map(([file, title, found]) => {
      const groups = [{ bars: found.map(barOf) }];
      return [file, barChart({ title, unit: "s", groups, caption })];
    }),
  );
}

export function scaleCharts({
  date,
  machine,
  rows,
}: ScaleReport): Readonly<Record<string, string>> {
  const measured = `${date.slice(0, 10)}, one run of each size, every node connected to every other one`;
  const caption = [measured, ...head(machine)];
  const seconds: [string, (row: ScaleRow) => number][] = [
    ["npm run up", ({ up }) => up],
    ["bootstrap and snapshot, within up", ({ bootstrap }) => bootstrap],
    ["npm run reset", ({ reset }) => reset],
    ["npm run down", ({ down }) => down],
  ];
  const groups = seconds.map(([name, pick]) => ({ name, bars: barsOf(rows, pick) }));
  const memory = [{ bars: barsOf(rows, ({ memoryBytes }) => memoryBytes / bytesPerMb) }];
  return {
    "nodes.svg": barChart({ title: "Stacks of several sizes", unit: "s", groups, caption }),
    "memory.svg": barChart({
      title: "Memory of all nodes together",
      unit: "MB",
      groups: memory,
      caption,
    }),
  };
}

/** Into a folder, which is made. Returns their paths. */
export async function writeCharts(
  folder: string,
  charts: Readonly<Record<string, string>>,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const [name, svg] of Object.entries(charts)) {
    const file = path.join(folder, name);
    await writeFile(file, svg);
    written.push(file);
  }
  return written;
}

function barOf({ name, values, median }: Figure): Bar {
  return { label: name, value: median, least: Math.min(...values), most: Math.max(...values) };
}

function barsOf(rows: readonly ScaleRow[], pick: (row: ScaleRow) => number): Bar[] {
  return rows.map((row) => {
    const value = pick(row);
    return { label: `${row.nodes} nodes`, value, least: value, most: value };
  });
}
