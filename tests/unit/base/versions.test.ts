import { expect, test } from "vitest";

import { isAtLeast } from "../../../base/versions.ts";

test.for([
  ["v3.259.0", "3.259.0", true],
  ["v3.260.0", "3.259.9", true],
  ["v4.0.0", "3.259.0", true],
  ["v3.258.9", "3.259.0", false],
  ["v3.59.0", "3.259.0", false],
  ["go1.25.11", "1.25.11", true],
  ["go1.25.2", "1.25.11", false],
  ["go1.26rc1", "1.25.11", true],
  ["go1.21", "1.21", true],
  ["devel", "1.21", false],
] as const)("%s is at least %s: %s", ([version, minimum, expected]) => {
  expect(isAtLeast(version, minimum)).toBe(expected);
});
