import { describe, expect, it } from "vitest";

import { parseDuration, readSeconds } from "../../../base/duration.ts";

describe("parseDuration", () => {
  it.each([
    ["10s", 10],
    ["5m", 300],
    ["2h", 7_200],
    ["3d", 259_200],
    ["10", undefined],
    ["1w", undefined],
    ["-1s", undefined],
  ])("reads %j as %j seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});

describe("readSeconds", () => {
  it.each([
    [600, 600],
    ["600", 600],
    ["10m", 600],
    [0, undefined],
    ["0s", undefined],
    [1.5, undefined],
    [-1, undefined],
    [2 ** 32, undefined],
    ["soon", undefined],
  ])("reads %j as %j", (span, seconds) => {
    expect(readSeconds(span)).toBe(seconds);
  });
});
