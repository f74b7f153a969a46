import type Docker from "dockerode";

import { interruptible } from "../../base/interruptible.ts";
import type { Steps } from "../../base/progress/steps.ts";
import { connectEngine } from "../../engine/client.ts";
import { ensureToolchain, type Environment } from "../../toolchain/ensure.ts";

export interface Prepared {
  readonly environment: Environment;
  readonly docker: Docker;
}

/** Sets up the toolchain and connects to the engine. Ctrl-C ends it; afterwards the Pulumi CLI gets the signals. */
export async function prepare(steps: Steps): Promise<Prepared> {
  const environment = await interruptible((signal) => ensureToolchain({ progress: steps, signal }));
  return { environment, docker: await connectEngine() };
}
