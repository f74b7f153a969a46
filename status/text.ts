/** A status as a person reads it. */
import { printableTexts } from "../base/printable.ts";
import { blocksText } from "../bootstrap/chain.ts";
import { drawing } from "./drawing.ts";
import type { Paint } from "./paint.ts";
import type { StatusReport } from "./report.ts";
import { nodeTable, snapshotTable, walletTable } from "./tables.ts";

/**
 * @param width columns of the terminal, 60 or more
 * @returns lines without an end
 */
export function statusText(seen: StatusReport, width: number, paint: Paint): string {
  // Names of wallets, versions and errors are what the nodes say.
  const report = printableTexts(seen);
  const { stack, nodes, snapshots, time, drift, autoMiner } = report;
  const sections = [
    [paint("bold", `Stack ${stack}`), ...chainLines(report)],
    [
      ...nodeTable(nodes, width, paint),
      ...(autoMiner === null ? [] : [`auto-miner ${autoMiner.state}`]),
    ],
    nodes.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [paint("red", `${name}: ${problem}`)],
    ),
    walletTable(nodes, width, paint),
    drawing(report, width, paint),
    snapshotTable(snapshots, Date.parse(time), width, paint),
    drift.length === 0
      ? ["All is as declared."]
      : [
          paint("yellow", "Not as declared:"),
          ...drift.map((line) => `  ${line.replaceAll("\n", "\n    ")}`),
          `npm run up -- --stack ${stack} mends it.`,
        ],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function chainLines({ height, declared, minedSince, nodes }: StatusReport): string[] {
  const times = new Set(nodes.flatMap(({ mockTime }) => mockTime ?? []));
  const tips = new Set(nodes.flatMap(({ tip, behind }) => (behind === 0 && tip ? [tip] : [])));
  return [
    height === null
      ? "No node answers."
      : `Height ${height}${minedSince ? `: ${blocksText(minedSince)} on top of the declared ${declared?.height ?? 0}` : ""}`,
    ...(tips.size > 1 ? [`The nodes are on ${tips.size} chains of that height.`] : []),
    ...nodes
      .filter(({ behind = 0 }) => behind > 0)
      .map(({ name, behind = 0 }) => `${name} is ${blocksText(behind)} behind.`),
    ...[...times].map((time) => `Clocks stand still at ${time}.`),
  ];
}
