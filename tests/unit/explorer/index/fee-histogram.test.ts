import { expect, it } from "vitest";

import { feeHistogram } from "../../../../explorer/index/fee-histogram.ts";

const paying = (rate: number, vsize: number): { fee: number; vsize: number } => ({
  fee: rate * vsize,
  vsize,
});

it("is empty for an empty mempool", () => {
  expect(feeHistogram([])).toEqual([]);
});

it("counts a mempool that is small by its lowest rate", () => {
  expect(feeHistogram([paying(5, 100), paying(1, 200), paying(9, 300)])).toEqual([[1, 600]]);
});

it("begins a bin after 50 000 vB, but never within one rate", () => {
  const mempool = [
    paying(3, 10_000),
    paying(20, 30_000),
    paying(10, 15_000),
    paying(10, 6_000),
    paying(10, 5_000),
    paying(4, 50_001),
  ];
  expect(feeHistogram(mempool)).toEqual([
    [10, 56_000],
    [4, 50_001],
    [3, 10_000],
  ]);
});
