import { utimes } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { deadLockHolder } from "../../../stack/stack-lock.ts";
import { type TempFolder, tempFolder } from "../../helpers/temp-folder.ts";

let temporary: TempFolder;
beforeEach(async () => {
  temporary = await tempFolder();
  await temporary.write({ "shop/Pulumi.yaml": "name: shop\n" });
});
afterEach(async () => {
  await temporary[Symbol.asyncDispose]();
});

const dead = 2 ** 22 + 1;
const lockOf = (pid: number, host = hostname()): string => JSON.stringify({ pid, hostname: host });
const lockFile = ".pulumi/locks/organization/shop/dev/x.json";
const ago = new Date(Date.now() - 60_000);

/** Of the project `shop`, on a backend in this folder of the temporary one. */
function holder(backend = "state", stack = "dev"): Promise<string | undefined> {
  const folder = path.join(temporary.path, "shop");
  const url = `file://${path.join(temporary.path, backend)}?metadata=skip`;
  return deadLockHolder({ env: { PULUMI_BACKEND_URL: url }, folder }, stack);
}

describe("the lock of a stack", () => {
  it.each(["", '{"pid": 1', "[]"])(
    "that was cut off is nobody's, once it is old: %j",
    async (text) => {
      await temporary.write({ [`state/${lockFile}`]: text });
      const file = path.join(temporary.path, "state", lockFile);
      expect(await holder()).toBeUndefined();
      await utimes(file, ago, ago);
      expect(await holder()).toBe(`unknown, ${file} is incomplete`);
    },
  );

  it("that is whole is that of its process", async () => {
    expect(await holder()).toBeUndefined();
    await temporary.write({ [`state/${lockFile}`]: lockOf(dead) });
    expect(await holder()).toBe(`process ${dead}`);
    await temporary.write({ [`state/${lockFile}`]: lockOf(dead, "another") });
    expect(await holder()).toBeUndefined();
  });

  it("is found in a folder of any name, by any name of the stack", async () => {
    await temporary.write({ [`[y] {a,b}*/${lockFile}`]: lockOf(dead) });
    for (const stack of ["dev", "organization/dev", "organization/shop/dev"])
      expect(await holder("[y] {a,b}*", stack)).toBe(`process ${dead}`);
  });

  it("is not that of another project with a stack of the same name", async () => {
    const file = `state/${lockFile.replace("shop", "bank")}`;
    await temporary.write({ [file]: lockOf(dead) });
    expect(await holder()).toBeUndefined();
    expect(await holder("state", "organization/bank/dev")).toBe(`process ${dead}`);
  });

  it("stays while another of the stack's may be that of a run that goes on", async () => {
    const other = `state/${lockFile.replace("x.json", "y.json")}`;
    await temporary.write({ [`state/${lockFile}`]: lockOf(dead), [other]: lockOf(1, "another") });
    expect(await holder()).toBeUndefined();
  });

  it("is found where somebody is logged in to the backend", async () => {
    const folder = path.join(temporary.path, "shop");
    const current = `file://${path.join(temporary.path, "state")}`;
    await temporary.write({
      "credentials.json": JSON.stringify({ current }),
      [`state/${lockFile}`]: lockOf(dead),
    });
    const env = { PULUMI_HOME: temporary.path };
    expect(await deadLockHolder({ env, folder }, "dev")).toBe(`process ${dead}`);
  });
});
