import { expect, it } from "vitest";

import { IndexLimitError, refuseMoreThan } from "../../../../explorer/index/limits.ts";
import { Size } from "../../../../explorer/index/size.ts";

const holding = (transactions: number, bytes: number): Size => {
  const size = new Size();
  size.transactions = transactions;
  size.bytes = bytes;
  return size;
};

it("takes what fits", () => {
  refuseMoreThan({}, holding(1_000_000, 500e6), 7);
  refuseMoreThan({ transactions: 5, megabytes: 1 }, holding(5, 900_000), 7);
});

it.each([
  [{}, holding(1_000_001, 0), "more than 1000000 transactions at height 7"],
  [{}, holding(1, 1_001e6), "more than 1000 MB at height 7"],
  [{ transactions: 5 }, holding(6, 0), "more than 5 transactions"],
  [{ megabytes: 1 }, holding(5, 1e6), "more than 1 MB"],
])("refuses more than %j", (limits, size, message) => {
  expect(() => {
    refuseMoreThan(limits, size, 7);
  }).toThrow(IndexLimitError);
  expect(() => {
    refuseMoreThan(limits, size, 7);
  }).toThrow(message);
});
