import { appendFile, readFile, stat } from "node:fs/promises";
import path from "node:path";

import { expect, it } from "vitest";

import { packageFolder } from "../../../../base/files/paths.ts";
import { bundleInto } from "../../../../bootstrap/plan/explorer-image.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

it("bundles the explorer once, and again where a file of the bundle or of its sources is another", async () => {
  await using folder = await tempFolder();
  const files = path.join(folder.path, "files");
  const record = path.join(folder.path, "record.json");
  const page = path.join(files, "explorer/program/explorer.mjs");
  const bundledAt = async (): Promise<number> => {
    bundleInto(files, record);
    return (await stat(record)).mtimeMs;
  };

  const first = await bundledAt();
  const program = await readFile(page, "utf8");
  expect(program.length).toBeGreaterThan(100_000);
  expect(await bundledAt()).toBe(first);

  await appendFile(page, "// changed\n");
  const second = await bundledAt();
  expect(second).toBeGreaterThan(first);
  expect(await readFile(page, "utf8")).toBe(program);

  const recorded = await readFile(record, "utf8");
  for (const source of ["explorer/main.ts", "explorer/page/app/main.tsx", "package-lock.json"]) {
    expect(JSON.parse(recorded)).toHaveProperty([path.join(packageFolder, source)]);
  }
}, 60_000);
