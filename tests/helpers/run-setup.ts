/** Begins a test run and ends it: a folder for what its files share, and nothing of that left on the engine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { connectEngine } from "../../engine/client.ts";
import { removeSharedStack } from "./default-stack.ts";
import { removeSharedSnapshot } from "./kit-snapshot.ts";
import { removeSharedImage } from "./node-image.ts";
import { runFolderVariable } from "./run.ts";

/** Runs after toolchain/test-setup.ts, once however many projects have tests to run. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[runFolderVariable] !== undefined) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), "regtest-network-run-"));
  process.env[runFolderVariable] = folder;
  return async () => {
    try {
      if (process.env["KEEP_FAILED"] === "1") return;
      const docker = await connectEngine();
      await removeSharedSnapshot(docker)
        .finally(() => removeSharedStack(docker))
        .finally(() => removeSharedImage(docker));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
