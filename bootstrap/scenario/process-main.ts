/** The other end of process.ts: does the one job that it is sent, and tells what came of it. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

import { isError } from "../../base/is-error.ts";
import { messageOf } from "../../base/message.ts";
import { loadScenario } from "./scenario-file.ts";
import type { Failure, FromProcess, Job, ToProcess } from "./messages.ts";

const watcher = `end-with-parent${path.extname(import.meta.filename)}`;
new Worker(new URL(watcher, import.meta.url)).unref();

const aborted = new AbortController();
let file = "";

process.on("message", (message: ToProcess) => {
  if ("abort" in message) {
    aborted.abort(new Error(message.abort));
    return;
  }
  const { scenario, folder } = message.job;
  file = pathToFileURL(path.resolve(folder, scenario.file)).href;
  work(message.job).then(
    () => {
      end({ done: true });
    },
    (error: unknown) => {
      end({ failed: failureOf(error) });
    },
  );
});
// What nobody waits for fails the scenario too.
process.on("uncaughtException", (error: unknown) => {
  end({ failed: failureOf(error) });
});

async function work({ scenario, folder, network }: Job): Promise<void> {
  const run = await loadScenario(scenario, folder);
  if (network === undefined) return;
  // Not for a file that is only looked at: what it imports takes its time.
  const { runOnNodes } = await import("./run-on-nodes.ts");
  await runOnNodes(run, network, {
    signal: aborted.signal,
    report: (report) => {
      tell({ report });
    },
    count: (count) => {
      tell({ count });
    },
  });
}

function tell(message: FromProcess): void {
  process.send?.(message);
}

/** Whatever a scenario left running ends here. */
function end(message: FromProcess): void {
  process.send?.(message, () => process.exit());
}

function failureOf(error: unknown): Failure {
  if (!isError(error)) {
    const message = `it threw a value that is not an Error: ${messageOf(error)}`;
    return { message, stack: message, line: undefined };
  }
  const stack = stacks(error).join("\ncaused by ");
  return { message: messageOf(error), stack, line: lineIn(stack) };
}

/** Of an error and its causes. Somebody may have made anything of `stack`. */
function stacks(error: Error): string[] {
  const { stack, cause } = error as { stack?: unknown; cause?: unknown };
  return [String(stack), ...(isError(cause) ? stacks(cause) : [])];
}

/** The line of the scenario's file that is nearest to where the error came from. */
function lineIn(stack: string): number | undefined {
  const frame = stack
    .split("\n")
    .find((line) => line.includes(`${file}:`) || line.includes(`${file}?`));
  const [, line] = /:(\d+):\d+\)?$/.exec(frame ?? "") ?? [];
  return line === undefined ? undefined : Number(line);
}
