import { readFile } from "node:fs/promises";
import path from "node:path";

import { expect, it } from "vitest";

import { leastNode, nodeProblem } from "../../../base/node-version.ts";
import { projectFolder } from "../../../base/files/paths.ts";

const read = async (name: string): Promise<string> =>
  await readFile(path.join(projectFolder, name), "utf8");

it.each([`v${leastNode}.0.0`, "v26.10.0", "v100.0.0"])("takes %s", (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

it.each(["v20.20.2", "v22.23.0", "v9.0.0"])("says what is needed instead of %s", (version) => {
  expect(nodeProblem(version)).toBe(
    `regtest-network needs Node.js 24 or later, and this is ${version}: install a newer one from https://nodejs.org`,
  );
});

it("asks for the same everywhere", async () => {
  const { engines } = JSON.parse(await read("package.json")) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${leastNode}`);
  expect(await read("toolchain/run.sh")).toContain(`-ge ${leastNode} ]`);
  for (const page of ["README.md", "docs/testing.md", "docs/configuration.md"]) {
    expect(await read(page), page).toMatch(new RegExp(`Node\\.js \\(?${leastNode}\\b`));
  }
});

it.each(["bootstrap/index.ts", "testing/index.ts", "testing/vitest.ts", "testing/vitest-setup.ts"])(
  "is the first that %s asks",
  async (file) => {
    const [first = ""] = /^(import|export) .*$/m.exec(await read(file)) ?? [];
    expect(first).toBe('import "../base/require-node.ts";');
  },
);
