/** An update of a stack by the Pulumi CLI, shown step by step. */
import { createInterface } from "node:readline";

import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";

import type { Steps } from "../../base/progress/steps.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { signalExitCode } from "../../base/interruptible.ts";
import { runPulumi } from "./run-pulumi.ts";
import type { StackState } from "../stack-state.ts";
import { silentHosts } from "./silent-hosts.ts";
import { UpdateError, withBuildAdvice } from "./update-error.ts";
import { UpdateSteps } from "./update-steps.ts";

export interface Update {
  /** For the Pulumi CLI, the stack among them. */
  readonly args: readonly string[];
  /** The stack's state before. */
  readonly state: StackState;
  /** What somebody does when it was not carried to its end, as a sentence. */
  readonly next: string;
}

/** What an update came to. */
export interface Updated {
  /** Operation, such as `create` and `same` → how many resources. */
  readonly changes: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/**
 * Runs it to its end. The events come over the CLI's stdout: in the file that `--event-log` writes,
 * passwords would lie on the disk, for Pulumi's debug messages have them in clear.
 * @throws UpdateError when it fails, or was told to stop
 */
export async function runUpdate(
  environment: Environment,
  steps: Steps,
  { args, state, next }: Update,
): Promise<Updated> {
  const began = performance.now();
  const shown = new UpdateSteps(steps, state.resources);
  let stoppedBy: NodeJS.Signals | undefined;
  const said: string[] = [];
  const exitCode = await runPulumi(environment, [...args, "--json", "--color", "never"], {
    follow: (stdout, stderr) => {
      createInterface({ input: stdout }).on("line", (line) => {
        shown.take(parsed(line));
      });
      createInterface({ input: stderr }).on("line", (line) => said.push(line));
    },
    onSignal: (signal) => {
      stoppedBy ??= signal;
    },
  });
  shown.end(exitCode === 0 ? "done" : "failed");
  const { reasons, changes = {} } = shown;
  const seconds = (performance.now() - began) / 1000;
  if (exitCode === 0) {
    for (const line of said) steps.note(line);
    return { changes, seconds };
  }
  // What the CLI refuses, it says there: that it does not know the stack, or that another run has it.
  const refusal = said
    .join("\n")
    .replace(/^error: /, "")
    .trim();
  if (refusal !== "" && reasons.length === 0) reasons.push({ message: refusal });
  if (stoppedBy !== undefined)
    throw new UpdateError(`stopped by ${stoppedBy}: ${next}`, signalExitCode(stoppedBy), reasons);
  // Resources name themselves, and not the host that was lost under them.
  reasons.push(...(await silentHosts(environment, state).catch(() => [])));
  const message = `Pulumi exited with code ${exitCode}; fix the cause, then ${next}`;
  throw new UpdateError(message, exitCode, withBuildAdvice(reasons));
}

/** Of one that was killed the last line may be cut off. */
function parsed(line: string): EngineEvent {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return {} as EngineEvent;
  }
}
