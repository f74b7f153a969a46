import { readFile } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "vitest";

import { projectFolder } from "../../../../base/files/paths.ts";
import { PULUMI_VERSION } from "../../../../toolchain/pulumi/versions.ts";

test("what is built is what is pinned", async () => {
  const goMod = await readFile(path.join(projectFolder, "toolchain/pulumi-cli/go.mod"), "utf8");
  expect(goMod).toContain(`github.com/pulumi/pulumi/pkg/v3 v${PULUMI_VERSION} `);
});
