import { printableTexts } from "../../../base/printable.ts";
import { differences } from "../../../bootstrap/chain/facts.ts";
import {
  findSnapshot,
  goesWithStack,
  listSnapshots,
  type StoredSnapshot,
} from "../../../bootstrap/snapshots/find.ts";
import { aligned } from "../../text/aligned.ts";
import { connectEngine } from "../../../engine/client.ts";

export async function list(json: boolean): Promise<void> {
  const snapshots = await listSnapshots(await connectEngine());
  if (json) {
    process.stdout.write(`${JSON.stringify(snapshots, null, 2)}\n`);
    return;
  }
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
  process.stdout.write(
    rows.length === 0
      ? "The engine has no snapshots.\n"
      : `${aligned(printableTexts(rows)).join("\n")}\n`,
  );
}

export async function show(name: string): Promise<void> {
  const { manifest, images } = await findSnapshot(await connectEngine(), name);
  const references = Object.entries(images).map(([node, { image, id, size }]) => [
    node,
    { image, id, size },
  ]);
  const all = { ...manifest, images: Object.fromEntries(references) as unknown };
  process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
}

export async function diff(a: string, b: string): Promise<void> {
  const docker = await connectEngine();
  const [first, second] = [await findSnapshot(docker, a), await findSnapshot(docker, b)];
  const lines = differences(comparable(first), comparable(second));
  process.stdout.write(
    lines.length === 0
      ? `${a} and ${b} hold the same.\n`
      : printableTexts(lines)
          .map((line) => `${line.replace(" instead of ", ` in ${b}, `)} in ${a}\n`)
          .join(""),
  );
  if (lines.length > 0) process.exitCode = 1;
}

/** What a snapshot holds, without what tells one commit from another. */
function comparable({ manifest }: StoredSnapshot): unknown {
  const { nodes, connect, facts, funded, clock, mempools } = manifest;
  const byName = nodes.map(({ name, role, version, addresses }) => [
    name,
    { role, version, addresses },
  ]);
  const described = Object.fromEntries(byName) as unknown;
  return { nodes: described, connect, facts, funded, clock, mempools };
}

function ownSize({ images }: StoredSnapshot): number {
  return Object.values(images).reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
