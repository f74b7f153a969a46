import type Docker from "dockerode";

import { interruptible } from "../../base/interruptible.ts";
import type { Steps } from "../../base/progress/steps.ts";
import { connectToFirst, type EngineInput } from "../../engine/engine-input.ts";
import { ensureToolchain, type Environment } from "../../toolchain/ensure.ts";
import { buildingEngine } from "./building-engine.ts";

export interface Prepared {
  readonly environment: Environment;
  /** The engine that the stack is built on, see {@link buildingEngine}; where none is named, the one that all commands find. */
  readonly docker: Docker;
}

/** Sets up the toolchain and connects to the engine. Ctrl-C ends it; afterwards the Pulumi CLI gets the signals. */
export async function prepare(steps: Steps, stack: string): Promise<Prepared> {
  return await interruptible(async (signal) => {
    let engine: EngineInput | undefined;
    const engineOf = async (environment: Environment): Promise<EngineInput | undefined> =>
      (engine = await buildingEngine(environment, stack));
    const environment = await ensureToolchain({ progress: steps, signal, engineOf });
    return { environment, docker: await connectToFirst({ engine }, signal) };
  });
}
