import { aligned } from "../../cli/text/aligned.ts";
import type { Figure } from "./figures.ts";
import type { Machine } from "./machine.ts";
import type { Report } from "./report.ts";

/** The report as a person reads it. */
export function table({ date, rounds, machine, figures }: Report): string {
  const rows = [
    ["", "median", "least", "most", "expected", ""],
    ...figures.map((figure) => [
      figure.name,
      format(figure, figure.median),
      ...spread(figure),
      figure.atMost === undefined ? "" : `at most ${figure.atMost} ${figure.unit}`.trimEnd(),
      figure.met === undefined ? "" : figure.met ? "ok" : "NOT MET",
    ]),
  ];
  return [
    `${date.slice(0, 10)}, medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}`,
    ...head(machine),
    "",
    ...aligned(rows, (column) => column >= 1 && column <= 3),
    "",
  ].join("\n");
}

/** What the figures depend on. */
export function head(machine: Machine): string[] {
  const { cores, processor, memoryBytes, system, load } = machine;
  const memory = (memoryBytes / 2 ** 30).toFixed(1);
  return [
    `${cores} cores (${processor}), ${memory} GiB memory, ${system}, load ${load.toFixed(1)}`,
    `Docker ${machine.docker} (${machine.storageDriver}), Pulumi ${machine.pulumi}, ` +
      `Docker plugin ${machine.dockerPlugin}, Node ${machine.node}`,
    ...(wasBusy(machine) ? ["The machine was busy with something else: seconds say little."] : []),
  ];
}

/** Whether something else ran when a run began. */
export function wasBusy({ load, cores }: Pick<Machine, "load" | "cores">): boolean {
  return load > cores / 2;
}

export function format({ unit }: Pick<Figure, "unit">, value: number): string {
  return unit === "" ? String(value) : `${value.toFixed(unit === "ms" ? 1 : 2)} ${unit}`;
}

function spread(figure: Figure): string[] {
  if (figure.values.length < 2) return ["", ""];
  return [Math.min(...figure.values), Math.max(...figure.values)].map((value) =>
    format(figure, value),
  );
}
