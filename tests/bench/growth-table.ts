import type { GrowthReport, GrowthRow } from "./report.ts";
import { aligned } from "../../cli/text/aligned.ts";
import { head } from "./table.ts";

const bytesPerMb = 1_000_000;

/** The report as a person reads it: beside each figure, what of it falls to one node. */
export function growthTable({ date, machine, rows }: GrowthReport): string {
  const columns: readonly (readonly [string, (row: GrowthRow) => number])[] = [
    ["up", ({ up }) => up],
    ["up again", ({ upAgain }) => upAgain],
    ["reset", ({ reset }) => reset],
    ["snapshot", ({ snapshot }) => snapshot],
    ["status", ({ status }) => status],
  ];
  const cells = rows.map((row) => [
    String(row.nodes),
    ...columns.flatMap(([, pick]) => [
      `${pick(row).toFixed(1)} s`,
      (pick(row) / row.nodes).toFixed(2),
    ]),
    `${(row.memoryBytes / bytesPerMb / row.nodes).toFixed(1)} MB`,
  ]);
  const names = ["nodes", ...columns.flatMap(([name]) => [name, "a node"]), "memory a node"];
  return [
    `${date.slice(0, 10)}, one run of each size, every node connected to the first`,
    ...head(machine),
    "",
    ...aligned([names, ...cells], () => true),
    "",
  ].join("\n");
}
