import { describe, expect, it } from "vitest";

import { readStatus, reporter, writeStatus } from "../../../../base/progress/amount.ts";

describe("a status", () => {
  it.each([
    { title: "read the chain" },
    { title: "mine to height 101", amount: { done: 0, of: 101, unit: "blocks" } },
    { title: "wait for the nodes", amount: { done: 1, of: 25, unit: "nodes" } },
    { title: "pack the images", amount: { done: 12.5, of: 32.1, unit: "MB" } },
    { title: "unpack", amount: { done: 12.5, unit: "MB" } },
    { title: "with: colons: in it", amount: { done: 3, of: 3, unit: "steps" } },
  ] as const)("is read as it was written: $title", (status) => {
    expect(readStatus(writeStatus(status))).toEqual(status);
  });

  it.each([
    "pay 30.00000000 BTC to Alice",
    "pay 30 BTC to shop: 2 of 3 blocks of flats",
    "confirm with 6 blocks",
    "fetch bitcoin-29.0.tar.gz",
    "",
  ])("that has no amount is a title: %j", (text) => {
    expect(readStatus(text)).toEqual({ title: text });
  });
});

describe("a reporter", () => {
  it("leaves out amounts that come too soon after the last word, and puts the title on the others", () => {
    const told: string[] = [];
    const { report, count } = reporter((text) => told.push(text));
    report("mine: 0 of 4 blocks");
    count({ done: 1, of: 4, unit: "blocks" });
    expect(told).toEqual(["mine: 0 of 4 blocks"]);
    const deadline = performance.now() + 5_000;
    while (told.length < 2 && performance.now() < deadline)
      count({ done: 2, of: 4, unit: "blocks" });
    expect(told[1]).toBe("mine: 2 of 4 blocks");
  });
});
