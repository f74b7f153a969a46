import { expect, test } from "vitest";

import { tooMany } from "../../../../provider/regtest/room.ts";

test("as many nodes as the machine has memory for", () => {
  expect(tooMany(100, 1.7e9)).toBeUndefined();
  expect(tooMany(101, 1.7e9)).toBe(
    "nodes: 101 nodes take about 1.7 GB, and the engine's machine has 1.7 GB; declare at most 100",
  );
  expect(tooMany(1_000, 8e9)).toMatch(/1000 nodes take about 17.0 GB, .* has 8.0 GB; .* most 470/);
});
