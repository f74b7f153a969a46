import { aligned } from "../../cli/text/aligned.ts";
import type { CrowdRow, GrowthReport, GrowthRow, HostsReport } from "./report.ts";
import { head } from "./table.ts";

const bytesPerMb = 1_000_000;

/** The report as a person reads it: beside each figure, what of it falls to one node. */
export function growthTable({ date, machine, rows }: GrowthReport): string {
  return text([
    `${date.slice(0, 10)}, one run of each size, every node connected to the first`,
    ...head(machine),
    "",
    ...aligned([growthNames, ...rows.map(growthCells)], () => true),
  ]);
}

/** The same with the number of hosts before it, and a table of the crowds. */
export function hostsTable({ date, machine, rows, crowds }: HostsReport): string {
  const crowdNames = ["engines", "crowd", "up", "at the tip", "a peer", "memory a peer"];
  const tables = [
    {
      names: ["engines", ...growthNames],
      cells: rows.map((row) => [String(row.engines), ...growthCells(row)]),
    },
    { names: crowdNames, cells: crowds.map(crowdCells) },
  ];
  return text([
    `${date.slice(0, 10)}, one run of each size, every node connected to the first, all engines on this machine`,
    ...head(machine),
    ...tables
      .filter(({ cells }) => cells.length > 0)
      .flatMap(({ names, cells }) => ["", ...aligned([names, ...cells], () => true)]),
  ]);
}

const figures: readonly (readonly [string, (row: GrowthRow) => number])[] = [
  ["up", ({ up }) => up],
  ["up again", ({ upAgain }) => upAgain],
  ["reset", ({ reset }) => reset],
  ["snapshot", ({ snapshot }) => snapshot],
  ["status", ({ status }) => status],
];

const growthNames = ["nodes", ...figures.flatMap(([name]) => [name, "a node"]), "memory a node"];

function growthCells(row: GrowthRow): string[] {
  return [
    String(row.nodes),
    ...figures.flatMap(([, pick]) => seconds(pick(row), row.nodes)),
    megabytes(row.memoryBytes, row.nodes),
  ];
}

function crowdCells({ engines, replicas, up, atTip, memoryBytes }: CrowdRow): string[] {
  return [
    ...[String(engines), String(replicas), `${up.toFixed(1)} s`],
    ...seconds(atTip, replicas),
    megabytes(memoryBytes, replicas),
  ];
}

function seconds(all: number, members: number): string[] {
  return [`${all.toFixed(1)} s`, (all / members).toFixed(2)];
}

function megabytes(bytes: number, members: number): string {
  return `${(bytes / bytesPerMb / members).toFixed(1)} MB`;
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
