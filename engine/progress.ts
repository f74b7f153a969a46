/** The engine's reports on long work: one JSON object on each line of the answer, an error among them. */
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";

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
  context: { readonly signal: AbortSignal; readonly status: (line: string) => void },
): Promise<void> {
  const { signal } = context;
  const output: string[] = [];
  /** What a build wrote since its last whole line: it comes in the pieces in which it was written. */
  let begun = "";
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
      if (report.error !== undefined) {
        throw new Error(withTail(report.error, [...output, ...shownOf([begun])]));
      }
      const texts = (begun + textOf(report)).split("\n");
      begun = texts.pop() ?? "";
      for (const text of shownOf(texts)) {
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

function textOf({ stream, status, id, progress }: Report): string {
  if (stream !== undefined) return stream;
  if (status === undefined) return "";
  const layer = id === undefined ? "" : `${id}: `;
  return `${layer}${status}${progress ? ` ${progress}` : ""}\n`;
}

/** Without the red in which the engine puts each piece that went to stderr, and without lines that are empty. */
function shownOf(texts: readonly string[]): string[] {
  return texts.map(stripVTControlCharacters).filter((text) => text.trim() !== "");
}

function withTail(message: string, output: readonly string[]): string {
  return output.length === 0
    ? message
    : `${message}\nThe last lines of its output:\n${output.map((line) => `  ${line}`).join("\n")}`;
}
