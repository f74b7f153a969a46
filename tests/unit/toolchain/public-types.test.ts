import { glob } from "node:fs/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { keepPublicTypes } from "../../../toolchain/public-types.ts";
import { tempFolder, type TempFolder } from "../../helpers/temp-folder.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

test("keeps the declarations that an entry reaches, and all code", async () => {
  await folder.write({
    "kit/index.d.ts": 'import "../base.ts";\nexport type { One } from "./one.js";\n',
    "kit/one.d.ts": 'import { test } from "vitest";\nexport type One = import("../two.ts").Two;\n',
    "kit/inner.d.ts": 'import Docker from "dockerode";\n',
    "kit/inner.js": "",
    "base.d.ts": "",
    "two.d.ts": "",
  });
  await keepPublicTypes(folder.path, ["kit/index.d.ts"]);
  const left: string[] = [];
  for await (const file of glob("**/*.*", { cwd: folder.path })) left.push(file);
  const kept = ["base.d.ts", "kit/index.d.ts", "kit/inner.js", "kit/one.d.ts", "two.d.ts"];
  expect(left.toSorted()).toEqual(kept);
});

test("refuses one that names types which its user need not have", async () => {
  await folder.write({ "index.d.ts": 'export type { Schema } from "zod";\n' });
  await expect(keepPublicTypes(folder.path, ["index.d.ts"])).rejects.toThrow(
    "index.d.ts names types of zod, which the package does not bring",
  );
});
