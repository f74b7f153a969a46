import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { justAfter } from "../../../../cli/logs/follow.ts";
import { mergeByTime, mergeLive, type NodeLine } from "../../../../cli/logs/merge.ts";
import { readSince } from "../../../../cli/logs/read.ts";
import { lines, type LogLine } from "../../../../engine/log.ts";
import { frames } from "../../../../engine/stream-frames.ts";

function frame(text: string, stream = 1): Buffer {
  const data = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function linesOf(...chunks: readonly Buffer[]): Promise<LogLine[]> {
  return await all(lines(frames(chunks)));
}

describe("the engine's stream", () => {
  const both = Buffer.concat([frame("t1 one\n"), frame("t2 two ü\r\n", 2), frame("t3 \n")]);
  const read = [
    { time: "t1", line: "one" },
    { time: "t2", line: "two ü" },
    { time: "t3", line: "" },
  ];

  it("is read line by line, of both outputs", async () => {
    expect(await linesOf(both)).toEqual(read);
  });

  it("may come in pieces of any size", async () => {
    for (const size of [1, 3, 9, 20]) {
      const pieces = Array.from({ length: Math.ceil(both.length / size) }, (_, index) =>
        both.subarray(index * size, (index + 1) * size),
      );
      expect(await linesOf(...pieces)).toEqual(read);
    }
  });

  it("has a long line in several frames, with the time before each", async () => {
    const pieces = [
      frame("t1 begin, "),
      frame("t1 error\n", 2),
      frame("t2 middle, "),
      frame("t3 end\n"),
    ];
    expect(await linesOf(...pieces)).toEqual([
      { time: "t1", line: "error" },
      { time: "t1", line: "begin, middle, end" },
    ]);
  });

  it("may end without a line feed", async () => {
    expect(await linesOf(frame("t1 killed here"))).toEqual([{ time: "t1", line: "killed here" }]);
  });
});

/** A log that has its lines at once, or each after so many milliseconds. */
async function* log(
  node: string,
  times: readonly string[],
  ms: readonly number[] = [],
): AsyncGenerator<NodeLine> {
  for (const [index, time] of times.entries()) {
    await sleep(ms[index] ?? 0);
    yield { node, time, line: `${node} at ${time}` };
  }
}

async function merged(source: AsyncIterable<NodeLine>): Promise<string[]> {
  return (await all(source)).map(({ node, time }) => node + time);
}

describe("mergeByTime", () => {
  it("goes by time, and leaves what one node wrote in its order", async () => {
    const logs = [log("a", ["1", "4", "3", "9"]), log("b", ["2", "3", "4"]), log("c", [])];
    expect(await merged(mergeByTime(logs))).toEqual(["a1", "b2", "b3", "a4", "a3", "b4", "a9"]);
  });
});

describe("mergeLive", () => {
  it("puts a line that comes late before a newer one that came already", async () => {
    const logs = [log("a", ["2"]), log("b", ["1", "3"], [20, 20])];
    expect(await merged(mergeLive(logs, 2_000))).toEqual(["b1", "a2", "b3"]);
  });

  it("does not wait for a node that is silent", async () => {
    const silent = Promise.withResolvers<undefined>();
    async function* quiet(): AsyncGenerator<NodeLine> {
      await silent.promise;
      yield* log("b", ["2"]);
    }
    const reader = mergeLive([log("a", ["1"]), quiet()], 10);
    expect((await reader.next()).value).toMatchObject({ node: "a", time: "1" });
    silent.resolve(undefined);
    expect(await merged(reader)).toEqual(["b2"]);
  });

  it("tells what came before it fails", async () => {
    async function* failing(): AsyncGenerator<NodeLine> {
      yield* log("a", ["1"]);
      throw new Error("lost the engine");
    }
    const reader = mergeLive([failing()], 10);
    expect((await reader.next()).value).toMatchObject({ time: "1" });
    await expect(reader.next()).rejects.toThrow("lost the engine");
  });
});

describe("justAfter", () => {
  it.each([
    ["2025-01-01T00:00:00.000000000Z", "1735689600.000000001"],
    ["2025-01-01T00:00:00.999999999Z", "1735689601.000000000"],
    ["2025-01-01T00:00:00.5Z", "1735689600.500000001"],
  ])("%s is %s", (time, after) => {
    expect(justAfter(time)).toBe(after);
  });
});

describe("readSince", () => {
  const now = Date.parse("2025-01-01T01:00:00.900Z");

  it.each([
    ["10m", "1735692600"],
    ["1735689600", "1735689600"],
    ["2025-01-01T00:00:00Z", "1735689600"],
    ["2025-01-01T00:00:00.123456789Z", "1735689600.123456789"],
  ])("takes %s", (text, seconds) => {
    expect(readSince(text, now)).toBe(seconds);
  });

  it.each(["yesterday", "-5", "2025-01-01T00:00"])("refuses %s", (text) => {
    expect(() => readSince(text)).toThrow(
      `--since: "${text}" is not allowed; give a duration such as 30s, 10m or 2h, a time such as`,
    );
  });
});
