import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { contextHash } from "../../../../base/files/context-hash.ts";
import { tempFolder, type TempFolder } from "../../../helpers/temp-folder.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
  await mkdir(file("sub"));
  await writeFile(file("Dockerfile"), "FROM scratch\n");
  await writeFile(file("sub/tool.sh"), "exit 0\n");
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

function file(name: string): string {
  return path.join(folder.path, name);
}

describe("contextHash", () => {
  it("is a part of an image's tag, and the same for the same context wherever it lies", async () => {
    const hash = contextHash(folder.path, "debian:forky");
    expect(hash).toMatch(/^[0-9a-f]{12}$/);
    const moved = `${folder.path}-moved`;
    await rename(folder.path, moved);
    try {
      expect(contextHash(moved, "debian:forky")).toBe(hash);
    } finally {
      await rename(moved, folder.path);
    }
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      "the content of a file, even in a folder within",
      () => writeFile(file("sub/tool.sh"), "exit 1\n"),
    ],
    ["the name of a file", () => rename(file("sub/tool.sh"), file("sub/tools.sh"))],
    ["the place of a file", () => rename(file("sub/tool.sh"), file("tool.sh"))],
    ["a new file, even an empty one", () => writeFile(file("empty"), "")],
  ])("changes with %s", async (_what, change) => {
    const before = contextHash(folder.path);
    await change();
    expect(contextHash(folder.path)).not.toBe(before);
  });

  it("changes with what else goes into the build, and with how that is divided", () => {
    const hashes = [[], ["a"], ["b"], ["a", "b"], ["ab"]].map((others) =>
      contextHash(folder.path, ...others),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
