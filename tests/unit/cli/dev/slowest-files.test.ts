import { expect, test } from "vitest";

import { slowest } from "../../../../cli/dev/slowest-files.ts";

test("the ten slowest files are listed with their seconds, the slowest first", () => {
  const quick = Array.from({ length: 12 }, (_, index) => ({
    name: `tests/unit/${index}.test.ts`,
    seconds: index / 100,
  }));
  const slow = { name: "tests/integration/slow.test.ts", seconds: 123.46 };
  const lines = slowest([...quick, slow]);
  expect(lines).toHaveLength(11);
  expect(lines.slice(0, 3)).toEqual([
    "The 10 slowest files:",
    "   123.5 s  tests/integration/slow.test.ts",
    "     0.1 s  tests/unit/11.test.ts",
  ]);
});
