import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";

import { extract, type Header } from "tar-stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildContext, contextArchive } from "../../../../engine/build/build-context.ts";
import { tempFolder, type TempFolder } from "../../../helpers/temp-folder.ts";

let folder: TempFolder;

beforeEach(async () => {
  folder = await tempFolder();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** The archive's entries by name. */
async function packed(dockerfile = "Dockerfile"): Promise<Record<string, Header>> {
  const archive = await contextArchive({ folder: join(folder.path, "context"), dockerfile });
  const entries: Record<string, Header> = {};
  for await (const entry of archive.pipe(extract())) {
    entries[entry.header.name] = entry.header;
    entry.resume();
  }
  return entries;
}

describe("the archive", () => {
  test("leaves out what .dockerignore names, but not what it takes back", async () => {
    await folder.write({
      "context/Dockerfile": "",
      "context/.dockerignore": "# comment\n*.log\ndata\n!data/kept\n**/deep\nDockerfile\n",
      "context/a.log": "",
      "context/A.LOG": "",
      "context/sub/b.log": "",
      "context/data/gone": "",
      "context/data/kept": "",
      "context/x/y/deep/file": "",
    });
    expect(Object.keys(await packed()).sort()).toEqual(
      [
        ".",
        ".dockerignore",
        "A.LOG",
        // The engine cannot build without it.
        "Dockerfile",
        "data",
        "data/kept",
        "sub",
        "sub/b.log",
        "x",
        "x/y",
      ].sort(),
    );
  });

  test("belongs to root and keeps modes and links", async () => {
    await folder.write({ "context/Dockerfile": "", "context/run.sh": "" });
    await chmod(join(folder.path, "context/run.sh"), 0o775);
    await symlink("run.sh", join(folder.path, "context/link"));
    const entries = await packed();
    expect(entries["run.sh"]).toMatchObject({ uid: 0, gid: 0, mode: 0o775, type: "file" });
    expect(entries["link"]).toMatchObject({ type: "symlink", linkname: "run.sh" });
  });
});

describe("the Dockerfile", () => {
  const find = (options: { context: string; dockerfile?: string }) =>
    buildContext(options, folder.path);

  test("is looked for in the context, which begins at the program's folder", async () => {
    await folder.write({ "context/sub/Dockerfile": "" });
    expect(await find({ context: "./context", dockerfile: "sub/Dockerfile" })).toEqual({
      folder: join(folder.path, "context"),
      dockerfile: "sub/Dockerfile",
    });
  });

  test("must be there, in a context that is there, and inside of it", async () => {
    await folder.write({ "context/other": "", Dockerfile: "" });
    await expect(find({ context: "context" })).rejects.toThrow(
      `there is no Dockerfile ${join(folder.path, "context/Dockerfile")}`,
    );
    await expect(find({ context: "nowhere" })).rejects.toThrow(
      `the build context ${join(folder.path, "nowhere")} is not a folder`,
    );
    await expect(find({ context: "context", dockerfile: "../Dockerfile" })).rejects.toThrow(
      "is outside of its build context",
    );
  });

  test("must not have a namesake in the program's folder, which the official plugin would take", async () => {
    await folder.write({ "context/Dockerfile": "", Dockerfile: "" });
    await expect(find({ context: "context" })).rejects.toThrow(
      "are both there, and the official Docker plugin would build the second",
    );
  });
});
