/** What the README says is so: its commands, the values of the default chain. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { readGolden } from "../../golden/values.ts";

const read = (file: string): string =>
  readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
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

describe("README.md", () => {
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
