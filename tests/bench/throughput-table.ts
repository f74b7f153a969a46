import { aligned } from "../../cli/text/aligned.ts";
import type { ThroughputReport, ThroughputRow } from "./report.ts";
import { head } from "./table.ts";

/** The report as a person reads it. */
export function throughputTable({ date, machine, seconds, rows }: ThroughputReport): string {
  const lines = [
    ["at once", "used again", "CPU", "started and removed", "CPU", "bare", "CPU", "left over"],
    ...rows.map(({ takers, again, anew, bare, leftovers }) => [
      String(takers),
      ...[again, anew, bare].flatMap(cells),
      String(leftovers),
    ]),
  ];
  return [
    `${date.slice(0, 10)}, networks a second in ${seconds} s, and seconds of CPU for each`,
    ...head(machine),
    "",
    ...aligned(lines, () => true),
    "",
  ].join("\n");
}

function cells({ perSecond, cpuSeconds }: ThroughputRow["again"]): string[] {
  return [`${perSecond.toFixed(2)}/s`, `${cpuSeconds.toFixed(2)} s`];
}
