import { expect, it } from "vitest";

import { InterruptedError } from "../../../../base/interruptible.ts";
import { describe, exitCodeOf } from "../../../../cli/shared/errors.ts";

/** What comes of work that fails, and whose clean-up then fails too. */
async function failedTwice(first: Error): Promise<unknown> {
  const work = async (): Promise<void> => {
    await using undo = new AsyncDisposableStack();
    undo.defer(() => Promise.reject(new Error("the network has active endpoints")));
    throw first;
  };
  return await work().catch((error: unknown) => error);
}

it("tells what went wrong first, with its cause, before the clean-up that failed", async () => {
  const first = new Error("down failed", { cause: new Error("the engine is gone") });
  expect(describe(await failedTwice(first))).toBe(
    "down failed\n  because: the engine is gone\n  then cleaning up failed: the network has active endpoints",
  );
});

it("ends as an interruption does, also if its clean-up failed", async () => {
  expect(exitCodeOf(await failedTwice(new InterruptedError("SIGINT")))).toBe(130);
});

it("tells of each of several errors, with or without a message of their own", () => {
  const [refused, stuck] = [new Error("the engine is gone"), new Error("it is stuck")];
  expect(describe(new AggregateError([refused, stuck], "2 of 3 were not removed"))).toBe(
    "2 of 3 were not removed: the engine is gone: it is stuck",
  );
  const cause = new AggregateError([refused, stuck]);
  expect(describe(new Error("down failed", { cause }))).toBe(
    "down failed\n  because: AggregateError: the engine is gone: it is stuck",
  );
});

it.each([
  [new TypeError(), "TypeError"],
  ["no Error", "no Error"],
  [undefined, "undefined"],
])("says something of %o too", (error, told) => {
  expect(describe(error)).toBe(told);
});
