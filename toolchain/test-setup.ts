import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { ensureToolchain } from "./ensure.ts";
import { fileBackend } from "./environment.ts";
import { runnerVariable } from "./program/project.ts";
import { streamProgress } from "../base/progress/stream.ts";

/**
 * Runs once before the integration tests: whatever of the toolchain is missing is set up, and the tests' processes get
 * its environment, but a Pulumi backend of their own. A test can then run `pulumi`, and none can reach a person's stacks.
 */
export async function setup(): Promise<() => Promise<void>> {
  const { env } = await ensureToolchain({
    progress: streamProgress(process.stderr),
    signal: new AbortController().signal,
  });
  // Tests run programs of their own too, and those by what Pulumi has for them.
  Reflect.deleteProperty(env, runnerVariable);
  const state = await mkdtemp(path.join(tmpdir(), "regtest-network-state-"));
  Object.assign(process.env, env, { PULUMI_BACKEND_URL: fileBackend(state) });
  return () => rm(state, { recursive: true, force: true });
}
