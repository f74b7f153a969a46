/** What is printed of snapshots. */
import { printableTexts } from "../../base/printable.ts";
import { differences } from "../../bootstrap/chain/facts.ts";
import { mempoolsText } from "../../bootstrap/chain/mempools.ts";
import { isoTime } from "../../bootstrap/clock/mocktime.ts";
import {
  goesWithStack,
  type listSnapshots,
  type StoredSnapshot,
} from "../../bootstrap/snapshots/find.ts";
import { serviceDeclaration } from "../../bootstrap/services/service.ts";
import type { Manifest } from "../../bootstrap/snapshots/manifest-schema.ts";
import { aligned } from "./aligned.ts";

/** A line for each. */
export function snapshotsText(snapshots: Awaited<ReturnType<typeof listSnapshots>>): string {
  if (snapshots.length === 0) return "The engine has no snapshots.\n";
  const rows = snapshots.map((snapshot) =>
    "problem" in snapshot
      ? [snapshot.name, `broken: ${snapshot.problem}`]
      : [
          snapshot.name,
          `height ${snapshot.manifest.facts.height}`,
          Object.keys(snapshot.images).join(", "),
          `${megabytes(ownSize(snapshot))} MB`,
          snapshot.manifest.created.slice(0, 16).replace("T", " "),
          goesWithStack(snapshot)
            ? `goes with stack ${snapshot.stack}`
            : `of stack ${snapshot.stack}`,
        ],
  );
  return `${aligned(printableTexts(rows)).join("\n")}\n`;
}

function ownSize({ images }: StoredSnapshot): number {
  return Object.values(images).reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

/** A line for each difference; undefined: there is none. */
export function differencesText(a: StoredSnapshot, b: StoredSnapshot): string | undefined {
  const lines = differences(comparable(a), comparable(b));
  if (lines.length === 0) return undefined;
  return printableTexts(lines)
    .map((line) => `${line.replace(" instead of ", ` in ${b.name}, `)} in ${a.name}\n`)
    .join("");
}

/** What a snapshot holds, without what tells one commit from another. */
function comparable({ manifest }: StoredSnapshot): unknown {
  const { nodes, services = [], connect, facts, funded, clock, mempools } = manifest;
  const declared = services.map((service) => [service.name, serviceDeclaration(service)]);
  const byName = nodes.map(({ name, role, version, addresses }) => [
    name,
    { role, version, addresses },
  ]);
  const described = Object.fromEntries(byName) as unknown;
  return {
    ...{ nodes: described, connect, facts, funded, clock, mempools },
    services: Object.fromEntries(declared) as unknown,
  };
}

/** Of one that was just taken. */
export function takenText(name: string, network: string, manifest: Manifest): string {
  const { facts, mempools = {}, clock } = manifest;
  const unconfirmed = mempoolsText(mempools);
  return [
    `Snapshot ${name} holds ${network} at height ${facts.height}, tip ${facts.tip}`,
    unconfirmed === ""
      ? "It holds no unconfirmed transactions: the mempools are empty"
      : `It holds the unconfirmed transactions in the mempools: ${unconfirmed}`,
    ...(clock === undefined ? [] : [`Its clocks stand still at ${isoTime(clock)}`]),
    `Start from it: npm run up -- --stack NAME --from ${name}`,
    "",
  ].join("\n");
}

/** For a program. */
export function takenValues({ facts, mempools = {}, clock }: Manifest): object {
  const counts = Object.entries(mempools).map(([node, { count }]) => [node, count]);
  return {
    ...{ height: facts.height, tip: facts.tip, mempools: Object.fromEntries(counts) as unknown },
    ...(clock !== undefined && { clock: isoTime(clock) }),
  };
}
