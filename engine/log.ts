/** What a container wrote. One without a terminal is assumed. */
import { Readable } from "node:stream";

import type Docker from "dockerode";

import { type Frame, frames } from "./stream-frames.ts";

const streams = { stdout: true, stderr: true } as const;

/**
 * The last `lines` lines of both streams as text.
 * @param since seconds since 1970, as text with up to nine places: nothing older
 */
export async function logTail(
  container: Docker.Container,
  lines: number,
  since: number | string = 0,
): Promise<string> {
  // The engine takes fractions, the client's types do not know.
  const from = since as number;
  const log = await container.logs({ ...streams, tail: lines, since: from, follow: false });
  const parts: Buffer[] = [];
  for await (const { data } of frames([log])) parts.push(data);
  return Buffer.concat(parts).toString("utf8").trimEnd();
}

export interface LogLine {
  /** When the engine got it: RFC 3339 with nine places, in UTC, so that texts sort as times do. */
  readonly time: string;
  readonly line: string;
}

export interface LogOptions {
  /** Whether to follow the log until the container ends. Default: false. */
  readonly follow?: boolean;
  /** Nothing older: seconds since 1970, with up to nine places. Default: all. */
  readonly since?: string;
  /** Of the end so many lines alone. Default: all. */
  readonly tail?: number | undefined;
  readonly signal?: AbortSignal;
}

/** The lines of both streams with their times, in the order in which they were written. */
export async function* logLines(
  container: Docker.Container,
  { follow = false, since = "0", tail, signal }: LogOptions,
): AsyncGenerator<LogLine> {
  const options = {
    ...streams,
    timestamps: true,
    // The engine takes fractions, the client's types do not know.
    since: since as unknown as number,
    ...(tail !== undefined && { tail }),
    ...(signal !== undefined && { abortSignal: signal }),
  };
  const source = follow
    ? Readable.from(await container.logs({ ...options, follow }))
    : [await container.logs({ ...options, follow })];
  yield* lines(frames(source as AsyncIterable<Buffer>));
}

/** The engine cuts a long line into frames, and writes the time before each. */
export async function* lines(source: AsyncIterable<Frame>): AsyncGenerator<LogLine> {
  const begun = new Map<Frame["stream"], LogLine>();
  for await (const { stream, data } of source) {
    const text = data.toString("utf8");
    const space = text.indexOf(" ");
    const before = begun.get(stream);
    const time = before?.time ?? text.slice(0, space);
    const line = (before?.line ?? "") + text.slice(space + 1);
    if (line.endsWith("\n")) {
      begun.delete(stream);
      yield { time, line: line.slice(0, -1).replace(/\r$/, "") };
    } else {
      begun.set(stream, { time, line });
    }
  }
  yield* begun.values();
}
