import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { expect, test } from "vitest";

import { lazily } from "../../../../toolchain/program/lazily.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

test("a module is loaded once, when something of it is used", async () => {
  await using folder = await tempFolder();
  const file = path.join(folder.path, "heavy.cjs");
  await writeFile(
    file,
    "globalThis.loads = (globalThis.loads ?? 0) + 1; exports.weight = 3; exports.of = () => 5;",
  );
  const require = createRequire(file);
  const loads = (): unknown => Reflect.get(globalThis, "loads");
  lazily(require, "./heavy.cjs");
  const heavy = require("./heavy.cjs") as Record<string, unknown>;
  expect(heavy["__esModule"]).toBe(true);
  expect(loads()).toBeUndefined();
  expect(heavy["weight"]).toBe(3);
  expect((heavy["of"] as () => number)()).toBe(5);
  expect(require("./heavy.cjs")).toMatchObject({ weight: 3 });
  expect(loads()).toBe(1);
  Reflect.deleteProperty(globalThis, "loads");
});

test("one that is not there is an error at once, so that it is noticed", () => {
  expect(() => {
    lazily(createRequire(import.meta.url), "there-is-no-such-module");
  }).toThrow("Cannot find module");
});
