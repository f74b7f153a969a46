import { expect, it } from "vitest";

import { nearest } from "../../../../base/nearest.ts";
import { unknownKeys } from "../../../../network/config/unknown-keys.ts";

const known = ["blocks", "fund", "prefix", "aliceRpcPort", "minerRpcPort"];

it("refuses a key that nobody declared, with the nearest or with all", () => {
  const keys = ["regtest-network:blockz", "regtest-network:blocks", "regtest-network:colour"];
  expect(
    unknownKeys(
      [...keys, "docker:host", "pulumi:tags"],
      { project: "regtest-network", stack: "dev" },
      known,
    ),
  ).toEqual([
    "blockz: there is no such key; did you mean blocks? Remove it: npm run pulumi -- config rm --stack dev blockz",
    `colour: there is no such key; the keys are ${known.join(", ")}. Remove it: npm run pulumi -- config rm --stack dev colour`,
  ]);
});

it("looks for nothing near a text that no slip makes of a key", () => {
  const [line = ""] = unknownKeys(
    [`p:${"x".repeat(100_000)}`],
    { project: "p", stack: "dev" },
    known,
  );
  expect(line).toContain("the keys are blocks");
  expect(line.length).toBeLessThan(400);
});

it.each([
  ["blockz", "blocks"],
  ["BLOCKS", "blocks"],
  ["bolcks", "blocks"],
  ["aliceRPCport", "aliceRpcPort"],
  ["alicePort", "aliceRpcPort"],
  ["funds", "fund"],
  ["x", undefined],
  ["namePrefix", undefined],
])("takes %s for %s", (word, name) => {
  expect(nearest(word, known)).toBe(name);
});
