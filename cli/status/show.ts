import { lookAt } from "../../bootstrap/status/look.ts";
import { connectTo } from "../../engine/engine-input.ts";
import { declaredStack } from "../../stack/declared-stack.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { envLines, linesToPaste } from "../text/paste.ts";
import { drawn } from "./drawn.ts";
import { watched } from "./watch.ts";

export interface StatusOptions {
  readonly stack: string;
  readonly json?: boolean;
  /** Seconds between two looks. */
  readonly watch?: number | true;
  readonly env?: boolean;
  readonly showSecrets?: boolean;
}

export async function showStatus(
  environment: Environment,
  options: StatusOptions,
  signal: AbortSignal,
): Promise<void> {
  const { stack, json = false, watch, env = false, showSecrets = false } = options;
  if (showSecrets && !env) throw new Error("--show-secrets goes with --env alone");
  const { stdout } = process;
  const state = await declaredStack(environment, stack);
  if (env) {
    stdout.write(envLines(state.declared, showSecrets));
    return;
  }
  if (watch !== undefined) {
    const seconds = watch === true ? 1 : watch;
    await watched(environment, state, { stack, json, seconds, signal });
    return;
  }
  const docker = await connectTo({ engine: state.engine }, signal, { silentToo: true });
  const report = await lookAt(docker, state.declared, signal);
  stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${drawn(report)}\n`);
  if (!json && state.outputs !== undefined) stdout.write(linesToPaste(stack, state.outputs));
}
