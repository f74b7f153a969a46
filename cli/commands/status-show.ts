import { setTimeout as sleep } from "node:timers/promises";

import type Docker from "dockerode";

import { connectEngine } from "../../engine/client.ts";
import { lookAt } from "../../stack/status/look.ts";
import { paintFor } from "../text/paint.ts";
import type { StatusReport } from "../../stack/status/report.ts";
import { statusText } from "../text/status-text.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { declaredStack, type DeclaredState } from "../../stack/declared-stack.ts";
import { envLines, linesToPaste } from "../text/paste.ts";
import { containersOf } from "../../stack/stack-containers.ts";

export interface StatusOptions {
  readonly stack: string;
  readonly json?: boolean;
  /** Seconds between two looks. */
  readonly watch?: number | true;
  readonly env?: boolean;
  readonly showSecrets?: boolean;
}

/** Columns where nothing says how many there are. */
const usualWidth = 80;
const leastWidth = 60;

export async function showStatus(
  environment: Environment,
  options: StatusOptions,
  signal: AbortSignal,
): Promise<void> {
  const { stack, json = false, watch, env = false, showSecrets = false } = options;
  if (showSecrets && !env) throw new Error("--show-secrets goes with --env alone");
  const { stdout } = process;
  const docker = await connectEngine({ signal });
  const state = await declaredStack(environment, stack);
  if (env) {
    stdout.write(envLines(state.declared, showSecrets));
    return;
  }
  if (watch !== undefined) {
    const seconds = watch === true ? 1 : watch;
    await watched(environment, docker, state, { stack, json, seconds, signal });
    return;
  }
  const report = await look(docker, state, signal);
  stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${drawn(report)}\n`);
  if (!json && state.outputs !== undefined) stdout.write(linesToPaste(stack, state.outputs));
}

/** What is true of the stack now. */
export async function look(
  docker: Docker,
  { declared }: DeclaredState,
  signal: AbortSignal,
): Promise<StatusReport> {
  const nodes = declared.nodes.map(({ name, container }) => ({ name, containerName: container }));
  const containers = await containersOf(docker, declared.stackId, nodes);
  return await lookAt(docker, declared, containers, signal);
}

/** @param rows lines that there is room for */
function drawn(report: StatusReport, rows?: number): string {
  const { stdout } = process;
  // A terminal may say that it has none.
  const columns = stdout.isTTY ? stdout.columns || usualWidth : usualWidth;
  const width = Math.max(leastWidth, columns);
  return statusText(report, width, paintFor(stdout), rows);
}

interface WatchOptions {
  readonly stack: string;
  readonly json: boolean;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Until the signal: on a terminal always in the same place, as JSON an object a line. */
async function watched(
  environment: Environment,
  docker: Docker,
  first: DeclaredState,
  { stack, json, seconds, signal }: WatchOptions,
): Promise<never> {
  if (!json && !process.stdout.isTTY) {
    throw new Error("--watch draws on a terminal; with --json it prints an object a line");
  }
  const { default: logUpdate } = await import("log-update");
  let state = first;
  try {
    for (;;) {
      const report = await look(docker, state, signal);
      if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
      else logUpdate(cutTo(process.stdout.rows, drawn(report, process.stdout.rows - 1)));
      await sleep(seconds * 1_000, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
      // Somebody may have brought it down, or up with other containers.
      if (report.nodes.some(({ state }) => state === "gone")) {
        state = await declaredStack(environment, stack);
      }
    }
  } finally {
    logUpdate.done();
  }
}

/** The beginning, where there is no room even for what is short. */
function cutTo(rows: number, text: string): string {
  const lines = text.split("\n");
  if (lines.length < rows) return text;
  return [...lines.slice(0, Math.max(1, rows - 2)), "…"].join("\n");
}
