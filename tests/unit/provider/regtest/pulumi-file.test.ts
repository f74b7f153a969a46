import { expect, it } from "vitest";

import { projectBackend, projectName } from "../../../../provider/regtest/pulumi-file.ts";

it.each([
  ["name: shop\nruntime: nodejs\n", "shop"],
  ["runtime: nodejs\nname: 'my.shop-2'  # of this team\n", "my.shop-2"],
  ['name: "shop"\r\nruntime: nodejs\r\n', "shop"],
  ["plugins:\n  providers:\n    - name: regtest\n  name: other\n", undefined],
  ["name: 'shop\n", undefined],
  ["", undefined],
])("reads the name of a project from %j", (text, name) => {
  expect(projectName(text)).toBe(name);
});

it.each([
  ["name: shop\nbackend:\n  url: file://~/states # ours\n", "file://~/states"],
  ["backend:\r\n    url: 's3://bucket'\r\nname: shop\r\n", "s3://bucket"],
  ["backend: { url: s3://bucket }\n", ""],
  ["backend:\n  # ours\n  url: s3://bucket\n", ""],
  ["name: shop\nconfig:\n  backend:\n    url: s3://bucket\n", undefined],
])("reads the backend of a project from %j", (text, url) => {
  expect(projectBackend(text)).toBe(url);
});
