/** What an action can be asked, and one at a time. */
import { text } from "node:stream/consumers";

import { describe, expect, it } from "vitest";

import { ActionArgumentError, readArguments } from "../../../../explorer/page/action-arguments.ts";
import { ActionRunner } from "../../../../explorer/page/action-runner.ts";
import type { ActionLine, ActionName } from "../../../../explorer/page/protocol.ts";

describe("the arguments of an action", () => {
  it.each([
    ["mine", { blocks: 10_000, to: "Alice" }],
    ["fund", { to: "Alice", amount: "0.00001", confirmations: 0 }],
    ["reorg", { depth: 1 }],
    ["connect", { a: "alice", b: "miner" }],
    ["partition", { groups: [["alice"], ["bob", "miner"]] }],
    ["join", {}],
    ["time", { action: "set", to: "2027-01-01" }],
    ["time", { action: "advance", to: "2h" }],
    ["time", { action: "present" }],
    ["stop", { name: "alice" }],
    ["snapshot", { name: "before-fork" }],
    ["reset", {}],
  ] satisfies [ActionName, object][])("%s: %j", (name, args) => {
    expect(readArguments(name, JSON.stringify(args))).toEqual(args);
  });

  it.each([
    ["mine", "", "the arguments are no JSON"],
    ["mine", "[1]", "the arguments are no JSON object"],
    ["mine", "{}", "mine: blocks is required; give a whole number from 1 to 10000"],
    ["mine", '{"blocks":1.5}', "mine: blocks: 1.5 is not allowed; give a whole number"],
    ["mine", '{"blocks":10001}', "mine: blocks: 10001 is not allowed; give a whole number"],
    ["mine", '{"blocks":1,"to":7}', "mine: to: 7 is not allowed; give text"],
    ["mine", '{"blocks":1,"by":"x"}', 'mine: by: "x" is not allowed; the arguments are blocks, to'],
    ["fund", '{"amount":"1"}', "fund: to is required; give text"],
    ["fund", '{"to":"a","amount":1}', "fund: amount: 1 is not allowed; give text"],
    ["fund", '{"to":"a","amount":"1.123456789"}', 'fund: amount: "1.123456789" is not an amount'],
    ["fund", '{"to":"a","amount":"1","confirmations":-1}', "fund: confirmations: -1 is not"],
    ["reorg", '{"depth":0}', "reorg: depth: 0 is not allowed; give a whole number"],
    ["connect", '{"a":"alice"}', "connect: b is required; give the name of a node"],
    ["disconnect", '{"a":"","b":"miner"}', 'disconnect: a: "" is not allowed; give the name'],
    ["partition", '{"groups":[]}', "partition: groups: [] is not allowed; give lists of names"],
    ["partition", '{"groups":["alice"]}', "partition: groups[0]: "],
    ["join", '{"now":true}', "join: now: true is not allowed; the action takes none"],
    ["time", '{"action":"back"}', 'time: action: "back" is not allowed; give set, advance or'],
    ["time", '{"action":"set","to":"soon"}', 'time: to: "soon" is no moment'],
    ["time", '{"action":"advance","to":"1y"}', "time: to: "],
    ["time", '{"action":"present","to":"1h"}', "time: to: "],
    ["stop", "{}", "stop: name is required; give the name of a node or service"],
    ["snapshot", '{"name":"A b"}', "snapshot: name: "],
    ["reset", '{"to":[]}', "reset: to: [] is not allowed; give text"],
  ] satisfies [ActionName, string, string][])("%s refuses %s", (name, body, message) => {
    const read = (): unknown => readArguments(name, body);
    expect(read).toThrow(ActionArgumentError);
    expect(read).toThrow(message);
  });
});

describe("an action that runs", () => {
  const lines = async (stream: ReadableStream<Uint8Array>): Promise<ActionLine[]> =>
    (await text(stream))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ActionLine);

  it("tells how it goes, and what came of it", async () => {
    await using runner = new ActionRunner();
    const stream = runner.run(
      "mine",
      async ({ status }) => {
        status("mine 2 blocks");
        await Promise.resolve();
        return "Mined 2 blocks";
      },
      () => undefined,
    );
    expect(runner.running).toBe("mine");
    expect(await lines(stream)).toEqual([
      { type: "status", text: "mine 2 blocks" },
      { type: "result", text: "Mined 2 blocks" },
    ]);
    expect(runner.running).toBeUndefined();
  });

  it("keeps only the latest for one who does not read, and the error", async () => {
    await using runner = new ActionRunner();
    const over = Promise.withResolvers<undefined>();
    const stream = runner.run(
      "reset",
      async ({ status }) => {
        for (let line = 0; line < 100_000; line++) status(`line ${line}`);
        await Promise.resolve();
        throw new Error("alice is away", { cause: new Error("no answer") });
      },
      () => {
        over.resolve(undefined);
      },
    );
    await over.promise;
    expect(await lines(stream)).toEqual([
      { type: "status", text: "line 99999" },
      { type: "error", message: "alice is away: no answer" },
    ]);
  });

  it("goes on when nobody listens any more, and ends with the explorer", async () => {
    const over: string[] = [];
    const runner = new ActionRunner();
    const work = Promise.withResolvers<string>();
    const stream = runner.run(
      "mine",
      () => work.promise,
      () => over.push("mine"),
    );
    await stream.cancel();
    expect(runner.running).toBe("mine");
    work.resolve("");
    await expect.poll(() => over).toEqual(["mine"]);
    const waits = runner.run(
      "sync" as "join",
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            reject(signal.reason as Error);
          });
        }),
      () => over.push("join"),
    );
    await runner[Symbol.asyncDispose]();
    expect(over).toEqual(["mine", "join"]);
    expect(await lines(waits)).toEqual([{ type: "error", message: "the explorer was closed" }]);
  });
});
