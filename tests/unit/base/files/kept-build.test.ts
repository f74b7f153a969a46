import { rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, it } from "vitest";

import { isBuilt, keepBuild } from "../../../../base/files/kept-build.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

async function kept(
  folder: string,
  began: number,
): Promise<Record<"source" | "result" | "record", string>> {
  const at = (name: string): string => path.join(folder, name);
  const files = { source: at("source"), result: at("result"), record: at("record.json") };
  await writeFile(files.source, "a");
  await utimes(files.source, 1_000, 1_000);
  await writeFile(files.result, "b");
  await keepBuild(files.record, { sources: [files.source], results: [files.result], began });
  return files;
}

it.each(["source", "result", "record"] as const)(
  "is kept until the %s is another",
  async (name) => {
    await using folder = await tempFolder();
    const files = await kept(folder.path, 2_000_000);
    expect(isBuilt(files.record)).toBe(true);
    await writeFile(files[name], "c");
    expect(isBuilt(files.record)).toBe(false);
    await rm(files[name]);
    expect(isBuilt(files.record)).toBe(false);
  },
);

it("is not kept when a source was written while it ran", async () => {
  await using folder = await tempFolder();
  const { record } = await kept(folder.path, 1_000_000);
  expect(isBuilt(record)).toBe(false);
});
