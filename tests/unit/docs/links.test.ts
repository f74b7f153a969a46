/** Every link between the pages of this repository leads to something that is there. */
import { existsSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { projectFolder } from "../../../base/files/paths.ts";
import { type Page, pageFiles, readPage } from "../../helpers/markdown.ts";

const pages = new Map((await pageFiles()).map((file) => [file, readPage(file)]));

/** What is wrong with a link of a page; `undefined`: nothing. Nothing outside is asked. */
function problem(page: Page, link: string): string | undefined {
  if (/^[a-z]+:/i.test(link)) {
    return URL.canParse(link) && link.startsWith("https://") ? undefined : "not an https URL";
  }
  const [target = "", anchor] = link.split("#", 2).map(decodeURIComponent);
  const file = target === "" ? page.file : path.join(path.dirname(page.file), target);
  if (file.startsWith("..")) return "leads out of the repository";
  if (!existsSync(path.join(projectFolder, file))) return "no such file";
  if (anchor === undefined) return undefined;
  const to = pages.get(file);
  if (to === undefined) return "an anchor in what is no page";
  return to.anchors.has(anchor) ? undefined : `no such heading in ${file}`;
}

describe.each([...pages.values()])("$file", (page) => {
  it("has only links that lead somewhere", () => {
    const broken = page.links.flatMap((link) => {
      const wrong = problem(page, link);
      return wrong === undefined ? [] : [`${link}: ${wrong}`];
    });
    expect(broken).toEqual([]);
  });
});

it("finds links, headings and anchors as GitHub names them", () => {
  const page = readPage("README.md");
  expect(page.links).toContain("LICENSE");
  expect(page.anchors).toContain("quick-start");
  expect([...pages.keys()]).toContain("docs/testing.md");
});

it.each([
  ["docs/no-such-page.md", "no such file"],
  ["docs/testing.md#no-such-heading", "no such heading in docs/testing.md"],
  ["../elsewhere", "leads out of the repository"],
  ["http://example.com", "not an https URL"],
])("finds fault with %s", (link, wrong) => {
  expect(problem(readPage("README.md"), link)).toBe(wrong);
});
