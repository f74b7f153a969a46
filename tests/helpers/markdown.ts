/** The pages of this repository as a Markdown parser reads them. */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import path from "node:path";

import GithubSlugger from "github-slugger";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { toString } from "mdast-util-to-string";
import { visit } from "unist-util-visit";

import { packageFolder } from "../../base/files/paths.ts";

export interface Page {
  /** From the project's folder. */
  readonly file: string;
  /** What `#…` may lead to: headings as GitHub names them, and the ids of anchors in HTML. */
  readonly anchors: ReadonlySet<string>;
  /** Of links and images. */
  readonly links: readonly string[];
  readonly blocks: readonly CodeBlock[];
}

export interface CodeBlock {
  /** "" where none is given. */
  readonly language: string;
  readonly text: string;
  /** Of its first fence, from 1. */
  readonly line: number;
  /** The comment right before it, without its marks; "" where there is none. */
  readonly note: string;
  /** It stands between marks of a part that `npm run docs` writes. */
  readonly generated: boolean;
}

/** Every page that people read, from the project's folder. */
export async function pageFiles(): Promise<string[]> {
  const exclude = ["node_modules/**", ".regtest-network/**", "dist/**"];
  const files: string[] = [];
  for await (const file of glob("**/*.md", { cwd: packageFolder, exclude })) files.push(file);
  return files.toSorted();
}

export function readPage(file: string): Page {
  const tree = fromMarkdown(readFileSync(path.join(packageFolder, file), "utf8"));
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const links: string[] = [];
  const blocks: CodeBlock[] = [];
  let before: Nodes | undefined;
  let generated = false;
  visit(tree, (node) => {
    if (node.type === "heading") anchors.add(slugger.slug(toString(node)));
    if (node.type === "html") {
      for (const [, id = ""] of node.value.matchAll(/<a id="([^"]+)"/g)) anchors.add(id);
      if (node.value.startsWith("<!-- npm run docs: ")) generated = true;
      if (node.value === "<!-- end -->") generated = false;
    }
    if (node.type === "link" || node.type === "image" || node.type === "definition") {
      links.push(node.url);
    }
    if (node.type === "code") {
      blocks.push({
        language: node.lang ?? "",
        text: node.value,
        line: node.position?.start.line ?? 0,
        note: before?.type === "html" ? (/^<!-- (.*) -->$/.exec(before.value)?.[1] ?? "") : "",
        generated,
      });
    }
    before = node;
  });
  return { file, anchors, links, blocks };
}
