/** A status as a person reads it. */
import { printableTexts } from "../../base/printable.ts";
import { blocksText } from "../../bootstrap/chain/mining.ts";
import { clipped, drawing } from "./drawing.ts";
import { freshBlockText } from "./fresh-block-text.ts";
import type { Paint } from "./paint.ts";
import type {
  CrowdStatus,
  NodeStatus,
  ServiceStatus,
  StatusReport,
} from "../../bootstrap/status/report.ts";
import { nodeTable, snapshotTable, walletTable } from "./tables.ts";

/** What is left out or shortened, one more at each level, where there is no room for all. */
const levels = ["snapshots", "wallets", "connections", "nodes", "drift"] as const;
type Level = (typeof levels)[number];

/** Lines of a list that is shortened, however little room there is. */
const leastLines = 3;

/**
 * @param width columns of the terminal, 60 or more
 * @param rows lines that there is room for; what is not as declared is the last to be shortened. Default: any
 * @returns lines without an end
 */
export function statusText(
  seen: StatusReport,
  width: number,
  paint: Paint,
  rows = Infinity,
): string {
  // Names of wallets, versions and errors are what the nodes say.
  const report = printableTexts(seen);
  const without = new Set<Level>();
  let text = laidOut(report, width, paint, { without, rows });
  for (const level of levels) {
    if (lineCount(text) <= rows) break;
    without.add(level);
    text = laidOut(report, width, paint, { without, rows });
  }
  return text;
}

interface Layout {
  readonly without: ReadonlySet<Level>;
  readonly rows: number;
}

function laidOut(report: StatusReport, width: number, paint: Paint, layout: Layout): string {
  const { without, rows } = layout;
  const shown = (level: Level, lines: readonly string[]): readonly string[] =>
    without.has(level) ? [] : lines;
  const { stack, nodes, services, crowd, snapshots, time } = report;
  const table = (some: readonly NodeStatus[]): string[] => [
    ...nodeTable(some, width, paint),
    ...services.map((service) => clipped(serviceLine(service), width)),
    ...(crowd === undefined ? [] : [clipped(crowdLine(crowd), width)]),
  ];
  const sections = (nodeLines: readonly string[], drift: readonly string[]): string =>
    joined([
      [paint("bold", `Stack ${stack}`), ...chainLines(report).map((line) => clipped(line, width))],
      nodeLines,
      // What is not as declared tells it too.
      without.has("nodes")
        ? []
        : nodes.flatMap(({ name, problem }) =>
            problem === undefined ? [] : [paint("red", `${name}: ${problem}`)],
          ),
      shown("wallets", walletTable(nodes, width, paint)),
      drawing(report, width, paint, without.has("connections") ? 0 : undefined),
      shown("snapshots", snapshotTable(snapshots, Date.parse(time), width, paint)),
      drift,
      without.size === 0 ? [] : ["Shortened: npm run status shows everything."],
    ]);
  const all = table(nodes);
  const drift = driftLines(report, paint);
  if (!without.has("nodes")) return sections(all, drift);
  // Itself, a blank line, and the line that tells how many are left out.
  const left = rows - lineCount(sections(["", ""], drift)) - table([]).length;
  const most = Math.max(leastLines, left);
  const fewer = most >= nodes.length ? all : [...table(soonest(nodes, most)), others(nodes, most)];
  if (!without.has("drift")) return sections(fewer, drift);
  const room = Math.max(leastLines, rows - lineCount(sections(fewer, [])) - 2);
  return sections(
    fewer,
    drift.length <= room
      ? drift
      : [...drift.slice(0, room), `… and ${drift.length - room} more lines`],
  );
}

function serviceLine({ name, host, state, up, ports }: ServiceStatus): string {
  const on = host === undefined ? "" : ` on ${host}`;
  const at = Object.values(ports).join("  ");
  const told = state === "running" && !up ? "starting" : state;
  return `${name}  ${told}${on}${at === "" ? "" : `  ${at}`}`;
}

function crowdLine({ running, replicas, hosts }: CrowdStatus): string {
  const on = Object.entries(hosts).map(([host, count]) => `${host} ${count}`);
  return `crowd  ${running} of ${replicas}${on.length === 0 ? "" : `  on ${on.join(", ")}`}`;
}

function joined(sections: readonly (readonly string[])[]): string {
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function lineCount(text: string): number {
  return text.split("\n").length;
}

/** Those that are not as the others come first. */
function soonest(nodes: readonly NodeStatus[], most: number): NodeStatus[] {
  const { odd = [], even = [] } = Object.groupBy(nodes, (node) => (isOdd(node) ? "odd" : "even"));
  const chosen = new Set([...odd, ...even].slice(0, most));
  return nodes.filter((node) => chosen.has(node));
}

function isOdd({ state, behind, forkedAt, problem }: NodeStatus): boolean {
  return state !== "running" || behind !== 0 || forkedAt !== undefined || problem !== undefined;
}

function others(nodes: readonly NodeStatus[], most: number): string {
  const odd = Math.max(0, nodes.filter(isOdd).length - most);
  const told = odd === 0 ? "all running, at the highest height" : `${odd} of them with problems`;
  return `… and ${nodes.length - most} more, ${told}`;
}

function driftLines({ stack, drift, byHand, connections }: StatusReport, paint: Paint): string[] {
  const cut = connections.flatMap(({ nodes, state }) => (state === "cut" ? [nodes] : []));
  if (drift.length === 0 && cut.length === 0) return ["Everything is as declared."];
  const [fixed, left] = [drift.filter((line) => !byHand.includes(line)), byHand];
  const list = (lines: readonly string[]): string[] =>
    lines.map((line) => `  ${line.replaceAll("\n", "\n    ")}`);
  return [
    ...(fixed.length === 0
      ? []
      : [
          paint("yellow", "Not as declared:"),
          ...list(fixed),
          `npm run up -- --stack ${stack} fixes it.`,
        ]),
    ...(cut.length === 0
      ? []
      : [
          paint("yellow", "Cut on purpose, by partition or disconnect:"),
          ...list(cut.map(([a, b]) => `${a} and ${b}`)),
          `npm run join -- --stack ${stack} connects them again.`,
        ]),
    ...(left.length === 0
      ? []
      : [paint("yellow", "Not as declared, and npm run up cannot fix it:"), ...list(left)]),
  ].flatMap((line) => line.split("\n"));
}

function chainLines({ height, declared, minedSince, freshBlock, nodes }: StatusReport): string[] {
  const times = new Set(nodes.flatMap(({ mockTime }) => mockTime ?? []));
  return [
    height === null
      ? "No node answers."
      : `Height ${height}${minedSince ? `: ${blocksText(minedSince)} on top of the declared ${declared?.height ?? 0}` : ""}`,
    ...(freshBlock === null ? [] : [`${freshBlockText(freshBlock)}.`]),
    ...behindLines(nodes),
    ...[...times].map((time) => `Clocks stand still at ${time}.`),
  ];
}

/** More names than these fill a line. */
const mostNames = 4;

/** A line for each fork, with those that are on it, and one for each number of blocks that others lack. */
function behindLines(nodes: readonly NodeStatus[]): string[] {
  const forks = Map.groupBy(
    nodes.filter(({ forkedAt }) => forkedAt !== undefined),
    ({ tip }) => tip,
  );
  const behind = Map.groupBy(
    nodes.filter(({ behind = 0, forkedAt }) => behind > 0 && forkedAt === undefined),
    ({ behind = 0 }) => behind,
  );
  return [
    ...[...forks.values()].map((on) => {
      const [{ forkedAt = 0, height = 0 } = {}] = on;
      return `On a fork above height ${forkedAt}, with ${blocksText(height - forkedAt)}: ${namesOf(on)}.`;
    }),
    ...[...behind].map(([blocks, on]) => `${blocksText(blocks)} behind: ${namesOf(on)}.`),
  ];
}

function namesOf(nodes: readonly NodeStatus[]): string {
  const names = nodes.slice(0, mostNames).map(({ name }) => name);
  const more = nodes.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
