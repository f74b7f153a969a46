import { existsSync } from "node:fs";

import { expect, test } from "vitest";

import { long, longestFirst } from "../../../../cli/dev/longest-first.ts";

const file = (name: string, project: string) => ({
  moduleId: `/clone/tests/${name}.test.ts`,
  project: { name: project },
});

test("what takes long goes first within its project, and the others keep their order", () => {
  const files = [
    file("unit/b", "unit"),
    file("unit/a", "unit"),
    file("integration/electrum", "integration"),
    file("integration/drift", "integration"),
    file("integration/package-up", "integration"),
    file("integration/package", "integration"),
  ];
  expect(longestFirst(files).map(({ moduleId }) => moduleId.slice(13, -8))).toEqual([
    "unit/b",
    "unit/a",
    "integration/package",
    "integration/drift",
    "integration/electrum",
    "integration/package-up",
  ]);
});

test.for(long)("there is a %s", (name) => {
  expect(existsSync(new URL(`../../../${name}.test.ts`, import.meta.url))).toBe(true);
});
