import { parseTime } from "../../bootstrap/clock/mocktime.ts";
import { type LogLine, logLines } from "../../engine/log.ts";
import { engineError } from "../../engine/engine-error.ts";
import { parseDuration } from "../../base/duration.ts";
import { followLog, justAfter } from "./follow.ts";
import { mergeByTime, mergeLive, type NodeLine } from "./merge.ts";
import type { MemberContainer } from "../../bootstrap/status/member-containers.ts";

export interface NetworkLogOptions {
  readonly follow: boolean;
  /** Nothing older: seconds since 1970. Default: all. */
  readonly since: string | undefined;
  /** The last lines of each container alone. Default: all. */
  readonly tail: number | undefined;
  readonly signal: AbortSignal;
}

/** Milliseconds that a line is held back for older ones of other nodes: the engine passes a line on in a few. */
const windowMs = 100;

/** What the containers wrote, and with `follow` what they write from then on. */
export async function* networkLog(
  containers: readonly MemberContainer[],
  { follow, since = "0", tail, signal }: NetworkLogOptions,
): AsyncGenerator<NodeLine> {
  const there = containers.flatMap(({ name, container }) =>
    container === undefined ? [] : [{ name, container }],
  );
  const seen = new Map<string, string>();
  try {
    const past = there.map(({ name, container }) =>
      named(name, logLines(container, { since, tail, signal })),
    );
    for await (const line of mergeByTime(past)) {
      seen.set(line.node, line.time);
      yield line;
    }
    if (!follow) return;
    // From the line on that was the last: nothing is lost between the two, and nothing comes twice.
    const live = there.map(({ name, container }) => {
      const last = seen.get(name);
      return named(
        name,
        followLog(container, last === undefined ? since : justAfter(last), signal),
      );
    });
    yield* mergeLive(live, windowMs);
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  }
}

async function* named(node: string, log: AsyncIterable<LogLine>): AsyncGenerator<NodeLine> {
  for await (const { time, line } of log) yield { time, node, line };
}

/**
 * Reads `--since`: a duration before now, or a time, also one with nanoseconds as `logs --json` prints it.
 * @returns seconds since 1970, with what was given behind the point
 */
export function readSince(text: string, now: number = Date.now()): string {
  const duration = parseDuration(text);
  const [, time = text, fraction = "", zone = ""] =
    /^(.+T[\d:]+)(\.\d{1,9})(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const seconds =
    duration === undefined ? parseTime(time + zone) : Math.floor(now / 1_000) - duration;
  if (seconds !== undefined) return `${seconds}${fraction}`;
  throw new Error(
    `--since: "${text}" is not allowed; give a duration such as 30s, 10m or 2h, ` +
      "a time such as 2025-01-01T12:00:00Z, or seconds since 1970",
  );
}
