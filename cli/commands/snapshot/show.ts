import { findSnapshot, listSnapshots } from "../../../bootstrap/snapshots/find.ts";
import { connectEngine } from "../../../engine/client.ts";
import { differencesText, snapshotsText } from "../../text/snapshot-text.ts";

export async function list(json: boolean): Promise<void> {
  const snapshots = await listSnapshots(await connectEngine());
  process.stdout.write(json ? `${JSON.stringify(snapshots, null, 2)}\n` : snapshotsText(snapshots));
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
  const text = differencesText(await findSnapshot(docker, a), await findSnapshot(docker, b));
  process.stdout.write(text ?? `${a} and ${b} hold the same.\n`);
  if (text !== undefined) process.exitCode = 1;
}
