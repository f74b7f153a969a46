import { setTimeout as sleep } from "node:timers/promises";

import type Docker from "dockerode";

import { lookAt } from "../../bootstrap/status/look.ts";
import { declaredStack, type DeclaredState } from "../../stack/declared-stack.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { drawn } from "./drawn.ts";

interface WatchOptions {
  readonly stack: string;
  readonly json: boolean;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Until the signal: on a terminal always in the same place, as JSON an object a line. */
export async function watched(
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
      const report = await lookAt(docker, state.declared, signal);
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
