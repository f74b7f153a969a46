/** What got slower, or larger, than in a run that was saved. */
import { readFile } from "node:fs/promises";

import { aligned } from "../../cli/text/aligned.ts";
import type { Figure } from "./figures.ts";
import type { Machine } from "./machine.ts";
import type { Report } from "./report.ts";
import { format, wasBusy } from "./table.ts";

/** Part of the saved median that is no difference, also where there is no spread: images of two builds differ by some bytes. */
const nothing = 0.01;

/** The same of seconds that were measured once: how much they differ by themselves is not known. */
const onceMeasured = 0.25;

/** On which seconds depend as much as on the code. */
const sameMachine = ["cores", "processor", "docker", "storageDriver", "dockerPlugin"] as const;

/** @throws Error that says how to make such a file */
export async function savedReport(file: string): Promise<Report> {
  const how = `${file} is no saved run: npm run --silent bench -- --json > ${file} makes one`;
  const text = await readFile(file, "utf8");
  let saved: Partial<Report> | null;
  try {
    saved = JSON.parse(text) as Partial<Report> | null;
  } catch (cause) {
    throw new Error(how, { cause });
  }
  if (!Array.isArray(saved?.figures)) throw new Error(how);
  return saved as Report;
}

export interface Slower {
  readonly now: Figure;
  readonly before: Figure;
}

/** Figures whose medians differ by more than either run's values do among themselves. */
export function slowerThan(before: Report, now: Report): Slower[] {
  return now.figures.flatMap((figure) => {
    const saved = before.figures.find(({ name }) => name === figure.name);
    if (saved === undefined) return [];
    const least = isUncertain(figure) || isUncertain(saved) ? onceMeasured : nothing;
    const margin = Math.max(spread(figure), spread(saved), saved.median * least);
    return figure.median - saved.median > margin ? [{ now: figure, before: saved }] : [];
  });
}

/** For a person, below the table of the run. */
export function comparison(before: Report, now: Report): string {
  const slower = slowerThan(before, now);
  const names = new Set(now.figures.map(({ name }) => name));
  const missing = before.figures.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  const rows = slower.map((one) => [
    one.now.name,
    format(one.now, one.before.median),
    format(one.now, one.now.median),
    `${(one.now.median / one.before.median).toFixed(2)} x`,
  ]);
  return [
    `Compared with the run of ${before.date.slice(0, 10)}:`,
    ...difference(before.machine, now.machine),
    ...(slower.length === 0
      ? ["nothing got slower or larger by more than the spread"]
      : aligned([["slower or larger", "then", "now", ""], ...rows], (column) => column >= 1)),
    ...(missing.length === 0 ? [] : [`not measured now: ${missing.join(", ")}`]),
    "",
  ].join("\n");
}

function difference(before: Machine, now: Machine): string[] {
  const other = sameMachine.filter((part) => before[part] !== now[part]);
  return [
    ...other.map(
      (part) => `another machine: ${part} was ${before[part]}, is ${now[part]}; seconds say little`,
    ),
    // Of the run now its own table says so.
    ...(wasBusy(before)
      ? [`the machine was busy then, with a load of ${before.load.toFixed(1)}; seconds say little`]
      : []),
  ];
}

/** Of sizes and counts one value is all there is. */
function isUncertain({ unit, values }: Figure): boolean {
  return values.length < 2 && unit !== "MB" && unit !== "";
}

function spread({ values }: Figure): number {
  return Math.max(...values) - Math.min(...values);
}
