import { clearInterrupted } from "../../../bootstrap/snapshots/take/interrupted.ts";
import { connectEngine } from "../../../engine/client.ts";
import { removeSnapshot } from "../../../stack/actions/remove-snapshot.ts";

export async function remove(name: string): Promise<void> {
  const docker = await connectEngine();
  for (const line of await clearInterrupted(docker)) process.stdout.write(`${line}\n`);
  await removeSnapshot(docker, name);
  process.stdout.write(`Removed snapshot ${name}.\n`);
}
