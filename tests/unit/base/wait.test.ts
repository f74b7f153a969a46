import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { WaitTimeoutError, unlessAborted, waitFor } from "../../../base/wait.ts";

const never = (): Promise<never> => new Promise(() => undefined);

/** The error that a promise ends with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`there was a result: ${String(value)}`),
    (error: unknown) => error,
  );
}

test("what is there already is returned without a pause", async () => {
  const probe = vi.fn(() => Promise.resolve("block"));
  const found = waitFor(probe, { what: "a block", limitMs: 60_000, everyMs: 60_000 });
  await expect(found).resolves.toBe("block");
  expect(probe).toHaveBeenCalledOnce();
});

test.each([false, 0, "", null])("%j is a result, not a reason to wait", async (value) => {
  await expect(waitFor(() => Promise.resolve(value), { what: "it", limitMs: 100 })).resolves.toBe(
    value,
  );
});

test("looks again while the probe returns undefined or says what is pending", async () => {
  const answers = [undefined, { pending: "height 1 of 2" }, 2];
  const probe = vi.fn(() => Promise.resolve(answers.shift()));
  await expect(waitFor(probe, { what: "height 2", limitMs: 5_000, everyMs: 1 })).resolves.toBe(2);
  expect(probe).toHaveBeenCalledTimes(3);
});

test("pauses double up to their maximum", async () => {
  const looks: number[] = [];
  await waitFor(() => Promise.resolve(looks.push(performance.now()) === 5 ? "there" : undefined), {
    what: "it",
    limitMs: 60_000,
    everyMs: 10,
    maxEveryMs: 30,
  });
  const pauses = looks.slice(1).map((look, index) => look - (looks[index] ?? 0));
  // A timer may fire late, and at most a millisecond early.
  for (const [index, expected] of [10, 20, 30, 30].entries()) {
    expect(pauses[index]).toBeGreaterThanOrEqual(expected - 1);
  }
});

test("the last pause is cut to the time left", async () => {
  const started = performance.now();
  await failure(
    waitFor(() => Promise.resolve(undefined), {
      what: "it",
      limitMs: 30,
      everyMs: 60_000,
      maxEveryMs: 60_000,
    }),
  );
  // Timers are a little early at times.
  expect(performance.now() - started).toBeGreaterThan(20);
});

test("a time-out says what was waited for, how long, and what was seen last", async () => {
  const error = await failure(
    waitFor(() => Promise.resolve({ pending: "height 5" }), {
      what: "alice at height 101",
      limitMs: 30,
      everyMs: 1,
    }),
  );
  expect(error).toBeInstanceOf(WaitTimeoutError);
  expect(error).toMatchObject({
    message: "waited 0.03 s for alice at height 101; last seen: height 5",
    lastSeen: "height 5",
    cutShort: false,
  });
});

test("an error of the probe ends the wait at once", async () => {
  const broken = new TypeError("broken");
  const probe = vi.fn(() => Promise.reject(broken));
  expect(await failure(waitFor(probe, { what: "it", limitMs: 5_000 }))).toBe(broken);
  expect(probe).toHaveBeenCalledOnce();
});

test("an error on the caller's list is waited out, and is the time-out's cause", async () => {
  const refused = new Error("connection refused");
  const probe = vi.fn(() => Promise.reject(refused));
  const error = await failure(
    waitFor(probe, { what: "it", limitMs: 200, everyMs: 1, retryOn: (e) => e === refused }),
  );
  expect(error).toBeInstanceOf(WaitTimeoutError);
  expect(error).toMatchObject({ lastSeen: "connection refused", cause: refused });
  expect(probe.mock.calls.length).toBeGreaterThan(1);
});

test("a try that hangs is given up and tried again, though the probe does not heed its signal", async () => {
  const signals: AbortSignal[] = [];
  const found = waitFor(
    (signal) => {
      signals.push(signal);
      return signals.length === 1 ? never() : Promise.resolve("there");
    },
    { what: "it", limitMs: 5_000, tryLimitMs: 20, everyMs: 1 },
  );
  await expect(found).resolves.toBe("there");
  expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
});

test("the limit of the whole ends a try that hangs, and what the try before saw is kept", async () => {
  const probe = vi.fn(never).mockResolvedValueOnce({ pending: "height 5" } as never);
  const error = await failure(waitFor(probe, { what: "it", limitMs: 200, everyMs: 1 }));
  expect(error).toMatchObject({ name: "WaitTimeoutError", lastSeen: "height 5", cutShort: true });
  expect(probe).toHaveBeenCalledTimes(2);
});

test("the caller's signal ends a try and a pause with its own reason", async () => {
  for (const probe of [never, () => Promise.resolve(undefined)]) {
    const controller = new AbortController();
    const options = { what: "it", limitMs: 60_000, everyMs: 60_000, signal: controller.signal };
    const end = failure(waitFor(probe, options));
    const reason = new Error("Ctrl-C");
    setImmediate(() => {
      controller.abort(reason);
    });
    expect(await end).toBe(reason);
  }
});

test("the caller's reason goes before what the probe makes of it", async () => {
  const controller = new AbortController();
  const reason = new Error("Ctrl-C");
  const probe = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        reject(new Error("the connection was cut"));
      });
      controller.abort(reason);
    });
  const options = { what: "it", limitMs: 5_000, signal: controller.signal };
  expect(await failure(waitFor(probe, options))).toBe(reason);
});

test("an aborted signal is heeded before the first look", async () => {
  const probe = vi.fn(() => Promise.resolve("there"));
  const signal = AbortSignal.abort(new Error("too late"));
  expect(await failure(waitFor(probe, { what: "it", limitMs: 100, signal }))).toBe(signal.reason);
  expect(probe).not.toHaveBeenCalled();
});

test("nothing is left on the caller's signal or in the clock", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const { signal } = new AbortController();
    const answers = [undefined, "there"];
    await waitFor(() => Promise.resolve(answers.shift()), { what: "it", limitMs: 60_000, signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("an aborted signal ends a call that is under way, whose own error is then nobody else's", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  try {
    const signal = AbortSignal.abort(new Error("Ctrl-C"));
    const call = sleep(1).then(() => Promise.reject(new Error("the connection was cut")));
    expect(await failure(unlessAborted(call, signal))).toBe(signal.reason);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await sleep(10);
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.off("unhandledRejection", unhandled);
  }
});
