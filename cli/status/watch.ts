import { setTimeout as sleep } from "node:timers/promises";

import { printable } from "../../base/printable.ts";
import { declaredStack, type DeclaredState } from "../../stack/declared-stack.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { describe } from "../shared/errors.ts";
import { drawn } from "./drawn.ts";
import { lookAgain } from "./look-again.ts";

interface WatchOptions {
  readonly stack: string;
  readonly json: boolean;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/**
 * Until the signal: on a terminal always in the same place, as JSON an object a line. A look that fails is told in its
 * place, and the next one is tried.
 * @throws Error when the stack is no longer up
 */
export async function watched(
  environment: Environment,
  first: DeclaredState,
  { stack, json, seconds, signal }: WatchOptions,
): Promise<never> {
  if (!json && !process.stdout.isTTY) {
    throw new Error("--watch draws on a terminal; with --json it prints an object a line");
  }
  const { default: logUpdate } = await import("log-update");
  const show = (object: object, text: () => string): void => {
    if (json) process.stdout.write(`${JSON.stringify(object)}\n`);
    else logUpdate(cutTo(process.stdout.rows, text()));
  };
  let look = lookAgain(first, signal);
  try {
    for (;;) {
      const report = await look().catch((error: unknown) => {
        signal.throwIfAborted();
        const message = describe(error);
        show({ type: "error", message }, () => printable(message));
      });
      if (report) show(report, () => drawn(report, process.stdout.rows - 1));
      await sleep(seconds * 1_000, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
      // Somebody may have brought it down, or up with other containers.
      if (report?.nodes.some(({ state }) => state === "gone") === true)
        look = lookAgain(await declaredStack(environment, stack), signal);
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
