/** Pages and messages are free of the phrases that CONTRIBUTING.md ("English") warns of most. */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import path from "node:path";

import ts from "typescript";
import { describe, expect, it } from "vitest";

import { projectFolder } from "../../../base/files/paths.ts";
import { pageFiles } from "../../helpers/markdown.ts";

const worst =
  /\b(?:anew|mend(?:s|ed)?|(?:is|are) (?:said|told)|what there is|goes on from there|leads back|took away|(?:cannot|could not) be had|people went on|is no (?:path|name|repository))\b/gi;

const folders = "{base,bootstrap,cli,engine,network,provider,stack,testing,toolchain}/**/*.ts";
const read = (file: string): string => readFileSync(path.join(projectFolder, file), "utf8");

const pages = (await pageFiles()).filter((file) => file !== "CHANGELOG.md");
const code: string[] = ["index.ts"];
for await (const file of glob(folders, { cwd: projectFolder })) code.push(file);

/** The texts of a program, each with its place; comments and code are left out. */
function textsOf(file: string, source: string): { place: string; text: string }[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const texts: { place: string; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    ) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      texts.push({ place: `${file}:${line + 1}`, text: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return texts;
}

function faults(texts: readonly { place: string; text: string }[]): string[] {
  return texts.flatMap(({ place, text }) =>
    [...text.matchAll(worst)].map(([phrase]) => `${place}: ${phrase}`),
  );
}

/** The examples of what not to write are not meant. */
function withoutExamples(page: string): string {
  return page.replace(/^\| Not .*\n(?:\|.*\n)+/m, "");
}

describe("plain English", () => {
  it.each(pages)("in %s", (file) => {
    const lines = withoutExamples(read(file)).split("\n");
    expect(faults(lines.map((text, at) => ({ place: `${file}:${at + 1}`, text })))).toEqual([]);
  });

  it("in the texts of the program", () => {
    expect(code.length).toBeGreaterThan(200);
    expect(faults(code.flatMap((file) => textsOf(file, read(file))))).toEqual([]);
  });

  it("does not count comments, and counts each part of a template", () => {
    const source = "// made anew\nconst a = `${b} is told, ${c} anew`;";
    expect(faults(textsOf("a.ts", source))).toEqual(["a.ts:2: is told", "a.ts:2: anew"]);
  });
});
