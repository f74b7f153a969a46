/** Errors point to sections of docs/troubleshooting.md that there are, and it quotes what the program says. */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { projectFolder } from "../../../base/files/paths.ts";
import { pointing, sections } from "../../../base/troubleshooting.ts";
import { readPage } from "../../helpers/markdown.ts";

const page = readPage("docs/troubleshooting.md");
const folders = "{base,bootstrap,cli,engine,network,provider,stack,testing,toolchain}/**/*.ts";

/** All code, without line breaks between the parts of a text. */
async function sourceText(): Promise<string> {
  const texts: string[] = [];
  for await (const file of glob(folders, { cwd: projectFolder })) {
    if (file !== "base/troubleshooting.ts")
      texts.push(readFileSync(path.join(projectFolder, file), "utf8"));
  }
  return texts.join("\n").replaceAll(/["`]\s*\+\s*["`]/g, "");
}
const source = await sourceText();

describe("every section that errors may point to", () => {
  it.each(sections)("%s is there, and some error points to it", (section) => {
    expect(page.anchors).toContain(section);
    expect(source).toContain(`"${section}"`);
  });
});

it("has a section for nothing else but messages of other programs", () => {
  const text = readFileSync(path.join(projectFolder, page.file), "utf8");
  const [own = ""] = text.split("\n## Messages of other programs\n");
  const headings = [...own.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(" ", "-"),
  );
  expect(headings.toSorted()).toEqual(sections.toSorted());
});

describe("every message that is quoted", () => {
  const quoted = page.blocks.filter(({ language }) => language === "text");
  it.each(quoted.map(({ text }) => text))("is the program's: %s", (message) => {
    const parts = message
      .split(/…|\n/)
      .map((part) => part.trim())
      .filter((part) => part.length > 2);
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) expect(source).toContain(part);
  });
});

describe("a pointer", () => {
  it("stands at the end of a sentence", () => {
    expect(pointing("the disk is full", "disk-full")).toBe(
      "the disk is full (see docs/troubleshooting.md#disk-full)",
    );
  });

  it("stands below quoted lines", () => {
    expect(pointing("its last lines:\n  killed", "a-node-ended")).toBe(
      "its last lines:\n  killed\n(see docs/troubleshooting.md#a-node-ended)",
    );
  });
});
