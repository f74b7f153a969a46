import type { ScaleReport, ScaleRow } from "./report.ts";
import { aligned } from "../../cli/text/aligned.ts";
import { head } from "./table.ts";

const bytesPerMb = 1_000_000;

/** The report as a person reads it: each column's growth is that from the row before, for each node more. */
export function scaleTable({ date, machine, rows }: ScaleReport): string {
  const columns: [string, (row: ScaleRow) => number, string][] = [
    ["up", ({ up }) => up, "s"],
    ["bootstrap and snapshot", ({ bootstrap }) => bootstrap, "s"],
    ["reset", ({ reset }) => reset, "s"],
    ["down", ({ down }) => down, "s"],
    ["memory", ({ memoryBytes }) => memoryBytes / bytesPerMb, "MB"],
  ];
  const cells = rows.map((row, index) => {
    const before = rows[index - 1];
    return [
      String(row.nodes),
      ...columns.flatMap(([, pick, unit]) => [
        `${pick(row).toFixed(1)} ${unit}`,
        before === undefined
          ? ""
          : ((pick(row) - pick(before)) / (row.nodes - before.nodes)).toFixed(2),
      ]),
    ];
  });
  const names = ["nodes", ...columns.flatMap(([name]) => [name, "a node"])];
  return [
    `${date.slice(0, 10)}, one run of each size, every node connected to every other one`,
    ...head(machine),
    "",
    ...aligned([names, ...cells], () => true),
    "",
  ].join("\n");
}
