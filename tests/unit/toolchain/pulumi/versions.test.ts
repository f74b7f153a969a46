import { readFile } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "vitest";

import { projectFolder } from "../../../../base/files/paths.ts";
import { isAtLeast, PULUMI_VERSION } from "../../../../toolchain/pulumi/versions.ts";

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

test("what is built is what is pinned", async () => {
  const goMod = await readFile(path.join(projectFolder, "toolchain/pulumi-cli/go.mod"), "utf8");
  expect(goMod).toContain(`github.com/pulumi/pulumi/pkg/v3 v${PULUMI_VERSION} `);
});
