/** The parts of the pages that `npm run docs` writes, and those that have to keep up with the program otherwise. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { projectFolder } from "../../../base/files/paths.ts";

const read = (file: string): string => readFileSync(path.join(projectFolder, file), "utf8");

it("is as `npm run docs` writes it", async () => {
  const check = await execa(process.execPath, ["cli/main.ts", "docs", "--check"], {
    cwd: projectFolder,
    reject: false,
  });
  expect(check).toMatchObject({ exitCode: 0, stderr: "" });
});

describe("docs/commands.md, or CONTRIBUTING.md", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  const pages = read("docs/commands.md") + read("CONTRIBUTING.md");

  it.each(Object.keys(scripts))("has npm run %s", (script) => {
    expect(pages).toMatch(new RegExp(`^\`${script}[ \`]|npm (?:run )?${script}[ \`]`, "m"));
    expect(scripts[script]).toMatch(/^exec sh toolchain\/run\.sh \w/);
  });
});

describe("docs/configuration.md", () => {
  const page = read("docs/configuration.md");

  it("has every config key with its default", () => {
    const { config } = parse(read("Pulumi.yaml")) as {
      config: Record<string, { default: string | number | boolean | object }>;
    };
    for (const [key, { default: value }] of Object.entries(config)) {
      const row = page.split("\n").find((line) => line.startsWith(`- \`${key}\``)) ?? "";
      expect(row, key).toContain(typeof value === "object" ? "" : String(value));
    }
  });

  it("has every variable that the program reads", () => {
    const variables = (...files: readonly string[]): string[] =>
      [
        ...new Set(files.flatMap((file) => read(file).match(/\bREGTEST_[A-Z_]+/g) ?? [])),
      ].toSorted();
    const rows = page.split("\n").filter((line) => line.startsWith("- `REGTEST_"));
    const told = rows.map((row) => /\w+/.exec(row)?.[0] ?? "");
    expect(told.toSorted()).toEqual(
      variables("engine/host.ts", "toolchain/settings.ts", "provider/regtest/data-at-risk.ts"),
    );
  });
});
