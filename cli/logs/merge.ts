/** The logs of several containers as one, by the time at which the engine got each line. */
import { setTimeout as sleep } from "node:timers/promises";

import type { LogLine } from "../../engine/log.ts";

export interface NodeLine extends LogLine {
  readonly node: string;
}

/** Merges logs that end. What one container wrote stays in its order. */
export async function* mergeByTime(
  logs: readonly AsyncIterable<NodeLine>[],
): AsyncGenerator<NodeLine> {
  const readers = logs.map((log) => log[Symbol.asyncIterator]());
  const next = async (reader: AsyncIterator<NodeLine>): Promise<NodeLine | undefined> => {
    const result = await reader.next();
    return result.done === true ? undefined : result.value;
  };
  const heads = await Promise.all(readers.map(next));
  for (;;) {
    let first = -1;
    heads.forEach((head, index) => {
      const least = heads[first];
      if (head !== undefined && (least === undefined || head.time < least.time)) first = index;
    });
    const [line, reader] = [heads[first], readers[first]];
    if (line === undefined || reader === undefined) return;
    yield line;
    heads[first] = await next(reader);
  }
}

/**
 * Merges logs that go on. A node that is silent cannot be waited for: each line is held back for
 * `windowMs`, and those that come in that time and are older go before it.
 */
export async function* mergeLive(
  logs: readonly AsyncIterable<NodeLine>[],
  windowMs: number,
): AsyncGenerator<NodeLine> {
  let held: { readonly line: NodeLine; readonly due: number }[] = [];
  const state = { open: true };
  let wake = Promise.withResolvers<undefined>();
  const reading = Promise.all(
    logs.map(async (log) => {
      for await (const line of log) {
        held.push({ line, due: performance.now() + windowMs });
        wake.resolve(undefined);
      }
    }),
  ).finally(() => {
    state.open = false;
    wake.resolve(undefined);
  });
  // Its failure is thrown below, when what came before is told.
  reading.catch(() => undefined);
  while (state.open || held.length > 0) {
    const [oldest] = held;
    if (oldest === undefined) {
      await wake.promise;
      wake = Promise.withResolvers();
      continue;
    }
    await sleep(Math.max(0, oldest.due - performance.now()));
    const now = performance.now();
    const due = held.filter((one) => one.due <= now).map(({ line }) => line.time);
    const upTo = due.reduce((latest, time) => (time > latest ? time : latest), "");
    const ready = held.filter(({ line }) => line.time <= upTo).map(({ line }) => line);
    held = held.filter(({ line }) => line.time > upTo);
    yield* ready.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  }
  await reading;
}
