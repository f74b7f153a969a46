import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { pageFiles } from "../../../../explorer/page/files/page-files.ts";

const files = await pageFiles();
const text = (url: string): string => Buffer.from(files.get(url)?.body ?? []).toString();

test("the page is small: 40 kB compressed", () => {
  const sizes = [...files.values()].map(({ body }) => gzipSync(body).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000);
});

test("what it loads is served with it, and nothing stands in it that its policy forbids", () => {
  const html = text("/");
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
  expect(loaded.toSorted()).toEqual(["/page/app.css", "/page/app.js", "/page/icon.svg"]);
  expect(loaded.filter((url = "") => !files.has(url))).toEqual([]);
  expect(html).not.toMatch(/<style|style="|<script(?![^>]*src=)|\son\w+="/);
  expect(text("/page/app.css")).not.toMatch(/url\(|@import/);
  const elsewhere = [...text("/page/app.js").matchAll(/https?:\/\/[\w.-]+/g)].map(([url]) => url);
  // Names of XML, not addresses.
  expect(elsewhere.filter((url) => url !== "http://www.w3.org")).toEqual([]);
});
