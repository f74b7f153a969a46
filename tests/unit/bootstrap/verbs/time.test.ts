/** Moments and spans as people give them, and nodes that do not start for being behind. */
import { describe, expect, it } from "vitest";

import { futureTipIn } from "../../../../bootstrap/clock/future-tip.ts";
import { readMoment, requireSeconds, readTimeAction } from "../../../../bootstrap/verbs/time.ts";

describe("readMoment", () => {
  it.each([
    ["2027-01-01T12:00:00Z", 1_798_804_800],
    ["2027-01-01", 1_798_761_600],
    ["1798761600", 1_798_761_600],
    [1_798_761_600, 1_798_761_600],
    [new Date(1_798_761_600_999), 1_798_761_600],
  ])("reads %j", (moment, seconds) => {
    expect(readMoment(moment)).toBe(seconds);
  });

  it.each(["tomorrow", "2027-01-01T12:00:00", 1.5, new Date(Number.NaN)])(
    "refuses %j",
    (moment) => {
      expect(() => readMoment(moment)).toThrow(
        /is no moment; give seconds since 1970, a date such as 2027-01-01, or/,
      );
    },
  );
});

describe("requireSeconds", () => {
  it("says what is allowed", () => {
    expect(requireSeconds("2d")).toBe(172_800);
    expect(() => requireSeconds("a while")).toThrow(
      '"a while" is no span of time; give whole seconds from 1 on, or a duration such as 10m, 2h or 3d',
    );
  });
});

describe("futureTipIn", () => {
  const loaded = (date: string): string =>
    `${date} Loaded best chain: hashBestChain=0c77 height=102 date=${date} progress=1.000000\n`;
  const refused =
    "2026-11-25T16:15:39Z : The block database contains a block which appears to be from the future. This may be …\n";

  it("is the tip of the last start, when that ended for it", () => {
    const log = loaded("2026-11-27T16:15:38Z") + refused;
    expect(futureTipIn(log)).toBe(1_795_796_138);
    expect(futureTipIn(loaded("2026-11-26T00:00:00Z") + refused + log)).toBe(1_795_796_138);
  });

  it("is none of a node that ended otherwise, or started since", () => {
    expect(futureTipIn("out of memory")).toBeUndefined();
    expect(futureTipIn(loaded("2026-11-27T16:15:38Z"))).toBeUndefined();
    const log = loaded("2026-11-27T16:15:38Z") + refused;
    expect(futureTipIn(log + loaded("2026-11-27T16:15:38Z"))).toBeUndefined();
    // Cut off before it told its tip.
    expect(futureTipIn(refused)).toBeUndefined();
  });
});

describe("what time is asked for in words", () => {
  it("is nothing, or moves the clocks", () => {
    expect(readTimeAction(undefined, undefined)).toBeUndefined();
    expect(readTimeAction("set", "2027-01-01")).toBeTypeOf("function");
    expect(readTimeAction("advance", "10m")).toBeTypeOf("function");
    expect(readTimeAction("present", undefined)).toBeTypeOf("function");
  });

  it.each([
    ["set", undefined, "set what? Give a moment, such as 2027-01-01"],
    ["set", "soon", '"soon" is no moment'],
    ["advance", undefined, "advance what? Give a span of time, such as 10m"],
    ["advance", "a while", '"a while" is no span of time'],
    ["back", undefined, '"back" is not allowed; give set, advance, present, or nothing to look'],
  ])("%s %s is refused", (action, to, message) => {
    expect(() => readTimeAction(action, to)).toThrow(message);
  });
});
