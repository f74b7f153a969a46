import { expect, it } from "vitest";

import { projectName } from "../../../network/pulumi-file.ts";

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
