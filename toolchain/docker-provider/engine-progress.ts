/** The engine's reports on long work: one JSON object on each line of the answer, an error among them. */
import { createInterface } from "node:readline";

import type { OperationContext } from "../../plugin/handler.ts";

/** One line of a pull or a build. */
interface Report {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** How many lines of output an error tells: enough for the command that failed and what it said. */
const keptLines = 30;

/**
 * Follow `stream` to its end, its newest line as the resource's status.
 * @throws Error with the engine's message and the last lines of output, when the work failed.
 */
export async function followProgress(
  stream: NodeJS.ReadableStream,
  context: OperationContext,
): Promise<void> {
  const { signal } = context;
  const output: string[] = [];
  const lines = createInterface({ input: stream, crlfDelay: Infinity, signal });
  // readline does not pass on an error of its input: a connection that breaks would look like the end.
  const broken = Promise.withResolvers<never>();
  stream.once("error", broken.reject);
  stream.once("aborted", () => {
    broken.reject(new Error("lost the connection to the Docker engine"));
  });
  const read = async (): Promise<void> => {
    for await (const line of lines) {
      if (line === "") continue;
      const report = JSON.parse(line) as Report;
      if (report.error !== undefined) throw new Error(withTail(report.error, output));
      for (const text of linesOf(report)) {
        output.push(text);
        context.status(text);
      }
      output.splice(0, output.length - keptLines);
    }
    signal.throwIfAborted();
  };
  try {
    await Promise.race([read(), broken.promise]);
  } finally {
    lines.close();
  }
}

function linesOf(report: Report): string[] {
  if (report.stream !== undefined) {
    return report.stream.split("\n").filter((line) => line.trim() !== "");
  }
  if (report.status === undefined) return [];
  const layer = report.id === undefined ? "" : `${report.id}: `;
  return [`${layer}${report.status}${report.progress ? ` ${report.progress}` : ""}`];
}

function withTail(message: string, output: readonly string[]): string {
  return output.length === 0
    ? message
    : `${message}\nThe last lines of its output:\n${output.map((line) => `  ${line}`).join("\n")}`;
}
