/** What the README says is so: its tables, its commands, the values of the default chain. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { readGolden } from "../../bootstrap/golden/values.ts";

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const readme = read("README.md");

/** The cells of the table below `heading`, row by row, without their backquotes. */
function tableBelow(heading: string): string[][] {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  const lines = section.split("\n## ")[0]?.split("\n") ?? [];
  const rows = lines.filter((line) => line.startsWith("|")).slice(2);
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

interface ConfigKey {
  /** Left out for what is a list, or may be one. */
  readonly type?: string;
  readonly default: string | number | boolean | readonly never[];
  readonly description: string;
}

describe("README.md", () => {
  it("has every config key of Pulumi.yaml, with its type, default and description", () => {
    const { config } = parse(read("Pulumi.yaml")) as { config: Record<string, ConfigKey> };
    const declared = Object.entries(config).map(([key, { type, default: value, description }]) => [
      key,
      type ?? "list",
      typeof value === "object" ? "[]" : String(value),
      description,
    ]);
    expect(tableBelow("Configure")).toEqual(declared);
  });

  it("has every variable that the set-up and the claim read", () => {
    const variables = (text: string): string[] =>
      [...new Set(text.match(/\bREGTEST_[A-Z_]+/g))].toSorted();
    const told = tableBelow("Set-up").map(([name = ""]) => name);
    expect(told.filter((name) => name.startsWith("REGTEST_")).toSorted()).toEqual(
      variables(read("toolchain/settings.ts")),
    );
    expect(variables(readme)).toEqual(
      variables(read("toolchain/settings.ts") + read("bootstrap/blocks-at-risk.ts")),
    );
  });

  it("has the values of the default chain", async () => {
    const table = Object.fromEntries(tableBelow("The default chain")) as Record<string, string>;
    const golden = Object.values(await readGolden());
    expect(golden).toContainEqual(
      expect.objectContaining({
        height: Number(table["Height"]),
        tip: table["Tip"],
        fundingTxid: table["Funding payment, output 0 to Alice"],
        aliceAddress: table["Alice's address"],
        muhash: table["Set of unspent outputs (muhash)"],
      }),
    );
  });

  it("names only npm scripts, files and pages that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const used = [...readme.matchAll(/\bnpm run (?:-s )?([a-z]+)/g)];
    expect(used.length).toBeGreaterThan(5);
    for (const [, name = ""] of used) expect(Object.keys(scripts)).toContain(name);
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links.filter((link) => /\.\w+$/.test(link))) {
      expect(read(link)).not.toBe("");
    }
  });
});
