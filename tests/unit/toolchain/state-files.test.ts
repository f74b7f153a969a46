/** Files that a kill or a full disk has cut off. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type CachePaths, cachePaths } from "../../../base/files/paths.ts";
import { checkStateFiles } from "../../../toolchain/state-files.ts";
import { type TempFolder, tempFolder } from "../../helpers/temp-folder.ts";

let temporary: TempFolder;
let cache: CachePaths;
let told: string[];
const stackFile = (): string => path.join(cache.state, ".pulumi/stacks/regtest-network/dev.json");

beforeEach(async () => {
  temporary = await tempFolder();
  cache = cachePaths(temporary.path);
  told = [];
  await write(path.join(cache.state, ".pulumi/meta.yaml"), "version: 1\n");
  await write(stackFile(), '{ "version": 3 }\n');
  await write(`${stackFile()}.bak`, '{ "version": 3 }');
  await write(path.join(cache.home, "workspaces/a-workspace.json"), '{ "stack": "dev" }');
  await write(cache.passphrase, "words\n");
});
afterEach(async () => {
  await temporary[Symbol.asyncDispose]();
});

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

const check = (): Promise<void> => checkStateFiles(cache, (line) => told.push(line));

describe("files of the state", () => {
  it("stay as they are when they are whole, or not there yet", async () => {
    await check();
    await checkStateFiles(cachePaths(path.join(temporary.path, "nothing")), (line) =>
      told.push(line),
    );
    expect(told).toEqual([]);
    expect(existsSync(path.join(cache.home, "workspaces/a-workspace.json"))).toBe(true);
  });

  it.each(["", '{ "stack": "d'])("that hold nothing of worth are put right: %j", async (text) => {
    const workspace = path.join(cache.home, "workspaces/a-workspace.json");
    const version = path.join(cache.state, ".pulumi/meta.yaml");
    await write(workspace, text);
    await write(version, "");
    await check();
    expect(told).toEqual([
      `Removed ${workspace}, which was truncated; it held only the name of the selected stack.`,
      `Rewrote ${version}, which was empty.`,
    ]);
    expect(existsSync(workspace)).toBe(false);
    expect(await readFile(version, "utf8")).toBe("version: 1\n");
  });

  it.each(["", '{ "version": 3, "deploy'])(
    "that hold a stack are named, with the way back: %j",
    async (text) => {
      await write(stackFile(), text);
      await expect(check()).rejects.toThrow(
        `restore the one before it with cp '${stackFile()}.bak' '${stackFile()}', then npm run up updates it`,
      );
      await write(`${stackFile()}.bak`, "");
      await expect(check()).rejects.toThrow(`${stackFile()}, the state of a stack, is incomplete`);
      await expect(check()).rejects.toThrow("and so is its backup; move it away");
    },
  );

  it("are of no use without the passphrase, which is not made anew over them", async () => {
    await write(cache.passphrase, "");
    await expect(check()).rejects.toThrow(
      `${cache.passphrase} is empty, and the secrets of 1 stacks cannot be read without it`,
    );
  });
});
