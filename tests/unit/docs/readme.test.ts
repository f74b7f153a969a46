/** What the README says is so: its commands, the values of the default chain. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { readGolden } from "../../golden/values.ts";

const read = (file: string): string =>
  readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
const readme = read("README.md");

describe("README.md", () => {
  it("shows the values of the default chain", async () => {
    const [, shown = ""] = /^```console\n\$ npm run up\n([^]*?)^```/m.exec(readme) ?? [];
    const of = (pattern: RegExp): string | undefined => pattern.exec(shown)?.[1];
    expect(Object.values(await readGolden())).toContainEqual(
      expect.objectContaining({
        height: Number(of(/ at height (\d+)/)),
        tip: of(/ tip ([0-9a-f]{64})/),
        aliceAddress: of(/ paid at (\w+)/),
        fundingTxid: of(/ by ([0-9a-f]{64})/),
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
